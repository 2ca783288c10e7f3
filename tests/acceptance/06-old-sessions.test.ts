import { afterAll, beforeAll, expect, it } from 'vitest'
import { deleteOldSessions } from '../../src/domain/accounts/delete-old-sessions.ts'
import { cast, type Nexus, PASSWORD, startNexus } from '../cast.ts'

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus()
})
afterAll(() => nexus.close())

it('forgets what ended long ago, and nobody who is signed in notices', async () => {
  const { alice, bob } = await cast(nexus, 'alice', 'bob')
  const refresh = 'mutation ($token: String!) { refreshToken(refreshToken: $token) { token refreshToken } }'
  const { refreshToken } = await nexus.ask(refresh, undefined, { token: alice.refreshToken })
  await nexus.ask(`mutation { login(username: "alice", password: "${PASSWORD}") { token } }`)
  await nexus.ask('mutation { requestPasswordReset(email: "alice@mail.test") }')
  await nexus.settle()
  const count = async () => {
    const counts = ['sessions', 'refresh_tokens', 'mail_tokens'].map((table) => `(select count(*)::int from ${table}) as ${table}`)
    return (await nexus.sql(`select ${counts.join(', ')}`))[0]
  }
  const before = await count()
  expect(before).toEqual({ sessions: 3, refresh_tokens: 4, mail_tokens: 3 })
  await deleteOldSessions(nexus.app.database)
  expect(await count()).toEqual(before)

  await nexus.sql(`update sessions set ended_at = now() - interval '31 days' where user_id = $1`, [bob.id])
  await nexus.sql(`update refresh_tokens set used_at = now() - interval '61 days' where used_at is not null`)
  await nexus.sql(`update mail_tokens set expires_at = now() - interval '31 days' where purpose = 'verify-email'`)
  await deleteOldSessions(nexus.app.database)
  expect(await count()).toEqual({ sessions: 2, refresh_tokens: 2, mail_tokens: 1 })
  const { refreshToken: again } = await nexus.ask(refresh, undefined, { token: refreshToken.refreshToken })
  expect((await nexus.ask('{ me { username } }', again.token)).me.username).toBe('alice')
})
