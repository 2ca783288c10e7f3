import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { hashPassword } from '../../src/domain/accounts/passwords.ts'
import { type Answer, cast, type Nexus, PASSWORD, type Person, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'

let nexus: Nexus
let alice: Person
let runs = 0
beforeAll(async () => {
  nexus = await startNexus()
})
beforeEach(async () => {
  runs += 1
  const name = `alice${runs}`
  alice = (await cast(nexus, name))[name]!
})
afterAll(() => nexus.close())

it.each([
  ['signs nobody in', () => `login(username: "${alice.username}", password: "${PASSWORD}") { token }`, 'UNAUTHENTICATED'],
  ['sets no other', () => `changePassword(currentPassword: "${PASSWORD}", newPassword: "battery staple") { token }`, 'BAD_USER_INPUT'],
  ['changes no address', () => `changeEmail(password: "${PASSWORD}", email: "thief@mail.test") { user { id } }`, 'BAD_USER_INPUT'],
  ['closes no account', () => `deleteUser(password: "${PASSWORD}")`, 'BAD_USER_INPUT'],
])('a password that is changed while it is being checked %s', async (_, mutation, code) => {
  const answer = await whileThePasswordIsChanged(() => nexus.gql(`mutation { ${mutation()} }`, { token: alice.token }))
  expect(answer.errors?.[0].extensions.code).toBe(code)
  expect(await nexus.sql('select from sessions where user_id = $1 and ended_at is null', [alice.id])).toEqual([])
  expect(await nexus.sql('select email from users where id = $1', [alice.id])).toEqual([{ email: `${alice.username}@mail.test` }])
  const login = `mutation { login(username: "${alice.username}", password: "a new password") { token } }`
  expect(await nexus.refusal(login)).toBeUndefined()
})

/** Sets another password and ends all sessions, and commits when what is asked meanwhile waits for it, or was answered. */
async function whileThePasswordIsChanged(ask: () => Promise<Answer>): Promise<Answer> {
  const client = new pg.Client({ connectionString: nexus.databaseUrl })
  await client.connect()
  await client.query('begin')
  await client.query('update users set password = $2 where id = $1', [alice.id, await hashPassword('a new password')])
  await client.query('update sessions set ended_at = now() where user_id = $1', [alice.id])
  let answered = false
  const asking = ask().finally(() => {
    answered = true
  })
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await settled(
    async () => answered || (await nexus.sql(waiting)).length > 0,
    (either) => either,
  )
  await client.query('commit')
  await client.end()
  return asking
}
