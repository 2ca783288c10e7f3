import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sweepApps } from '../../src/domain/apps/sweep-apps.ts'
import { type Nexus, PASSWORD, startNexus } from '../cast.ts'
import { connectApp, rest } from './connect-app.ts'

let nexus: Nexus

beforeAll(async () => {
  nexus = await startNexus()
  await nexus.signUp('alice')
})
afterAll(() => nexus?.close())

const register = (app: object) =>
  rest(nexus, '/api/v1/apps', { body: { client_name: 'Birds', redirect_uris: 'https://birds.test/', ...app } })

describe('an app that is made known', () => {
  it.each([
    ['a control character', 'https://birds.test/\0'],
    ['a line break', 'https://birds.test/\nb'],
    ['an empty fragment', 'https://birds.test/#'],
    ['a host that would end a directive of the page’s policy', 'https://birds.test;sandbox/'],
    ['a host that would begin another policy', 'https://birds.test,x/'],
    ['a scheme that runs what follows', 'javascript:alert(1)'],
    ['a scheme that shows the source of a page', 'view-source:https://birds.test/'],
  ])('is called back at no address with %s', async (_, uri) => {
    const { status, data } = await register({ redirect_uris: [uri] })
    expect([status, data.field]).toEqual([422, 'redirect_uris'])
  })

  it('has no website with a control character', async () => {
    expect((await register({ website: 'https://birds.test/\0' })).data).toMatchObject({ code: 'BAD_USER_INPUT', field: 'website' })
  })
})

describe('a code', () => {
  it.each([
    ['an empty challenge', ''],
    ['a control character in it', `${'a'.repeat(42)}\0`],
    ['too long a challenge', 'a'.repeat(44)],
  ])('is given for no %s, since its app believes it is bound to one', async (_, challenge) => {
    const { client_id } = (await register({})).data
    const asked = {
      client_id,
      redirect_uri: 'https://birds.test/',
      response_type: 'code',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    }
    const body = new URLSearchParams({ ...asked, username: 'alice', password: PASSWORD, decision: 'allow' })
    const { status, headers } = await rest(nexus, '/oauth/authorize', { body })
    expect([status, headers.get('location')]).toEqual([400, null])
  })
})

it('is forgotten when it is old: codes, used tokens, and apps that nobody let in; what somebody uses stays', async () => {
  const { token } = await connectApp(nexus, 'alice')
  const count = async () => {
    const counts = ['apps', 'app_codes', 'app_tokens'].map((table) => `(select count(*)::int from ${table}) as ${table}`)
    return (await nexus.sql(`select ${counts.join(', ')}`))[0]
  }
  const sweep = () => sweepApps.run({ database: nexus.app.database }, { dueAt: new Date().toISOString() })
  const before = await count()
  await sweep()
  expect(await count()).toEqual(before)

  await nexus.sql("update apps set created_at = now() - interval '31 days'")
  await nexus.sql("update app_codes set expires_at = now() - interval '2 days'")
  await nexus.sql("update app_tokens set used_at = now() - interval '61 days' where kind = 'refresh'")
  await sweep()
  expect(await count()).toEqual({ apps: 1, app_codes: 0, app_tokens: 1 })
  expect((await rest(nexus, '/api/v1/accounts/verify_credentials', { token })).status).toBe(200)
})
