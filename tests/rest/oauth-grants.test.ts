import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, type Nexus, PASSWORD, type Person, promote, startNexus } from '../cast.ts'
import { connectApp, OUT_OF_BAND, type RestAnswer, rest } from './connect-app.ts'

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol' | 'dave' | 'mallory', Person>
let app: OauthApp

interface OauthApp {
  client_id: string
  client_secret: string
}

const CALLBACK = 'https://client.test/callback'

beforeAll(async () => {
  nexus = await startNexus()
  people = await cast(nexus, 'alice', 'bob', 'carol', 'dave', 'mallory')
  app = await register()
})
afterAll(() => nexus?.close())

async function register(given: object = {}): Promise<OauthApp> {
  const body = { client_name: 'A client', redirect_uris: [CALLBACK, OUT_OF_BAND], scopes: 'read write', ...given }
  return (await rest(nexus, '/api/v1/apps', { body })).data
}

type Fields = Record<string, string>
const asked = (more: Fields = {}): Fields => ({
  client_id: app.client_id,
  redirect_uri: CALLBACK,
  response_type: 'code',
  scope: 'read write',
  ...more,
})

function agree(username: string, more: Fields = {}): Promise<RestAnswer> {
  const fields = { ...asked(), username, password: PASSWORD, decision: 'allow', ...more }
  return rest(nexus, '/oauth/authorize', { body: new URLSearchParams(fields) })
}

const sentTo = ({ headers }: RestAnswer) => new URL(headers.get('location') ?? 'none:')
const codeFor = async (username: string, more: Fields = {}) => sentTo(await agree(username, more)).searchParams.get('code') ?? ''

function token(fields: Fields, of: OauthApp = app): Promise<RestAnswer> {
  const body = {
    grant_type: 'authorization_code',
    redirect_uri: CALLBACK,
    client_id: of.client_id,
    client_secret: of.client_secret,
    ...fields,
  }
  return rest(nexus, '/oauth/token', { body: new URLSearchParams(body) })
}
const answerOf = ({ status, data }: RestAnswer) => [status, data.error]
const tokensFor = async (username: string) =>
  (await token({ code: await codeFor(username) })).data as { access_token: string; refresh_token: string }
const works = async (accessToken: string) =>
  (await rest(nexus, '/api/v1/accounts/verify_credentials', { token: accessToken })).status === 200

describe('an app that asks to be let in', () => {
  it('is called back with a code and its state, which gives a token once; the second use ends what the first began', async () => {
    const back = sentTo(await agree('alice', { state: 'a b&c=' }))
    expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([CALLBACK, 'a b&c='])
    const code = back.searchParams.get('code') ?? ''
    const first = await token({ code })
    expect([first.status, first.data]).toEqual([200, expect.objectContaining({ token_type: 'Bearer', scope: 'read write' })])
    expect(first.headers.get('cache-control')).toBe('no-store')
    expect(await works(first.data.access_token)).toBe(true)

    expect(answerOf(await token({ code }))).toEqual([400, 'invalid_grant'])
    expect(await works(first.data.access_token)).toBe(false)
  })

  it('hears of a refusal, and gets nothing for a wrong password', async () => {
    const denied = sentTo(await agree('alice', { decision: 'deny', state: 's' }))
    expect([denied.searchParams.get('error'), denied.searchParams.get('state'), denied.searchParams.get('code')]).toEqual([
      'access_denied',
      's',
      null,
    ])
    const wrong = await agree('alice', { password: 'wrong' })
    expect([wrong.status, wrong.headers.get('location')]).toEqual([401, null])
    expect(wrong.data).toContain('role="alert"')
  })

  it('is sent nowhere but where it was registered, and asks for no more', async () => {
    for (const more of [
      { redirect_uri: 'https://client.test/callback/other' },
      { redirect_uri: 'https://evil.test/' },
      { client_id: 'nobody' },
      { client_id: 'no\0body' },
      { response_type: 'token' },
      { scope: 'read write follow' },
      { scope: 'everything' },
    ] as Fields[]) {
      const page = await rest(nexus, `/oauth/authorize?${new URLSearchParams(asked(more))}`)
      const form = await agree('alice', more)
      expect([more, page.status, form.status, form.headers.get('location')]).toEqual([more, 400, 400, null])
    }
  })

  it('proves by PKCE that it is the one that asked', async () => {
    const verifier = randomBytes(32).toString('base64url')
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
    expect(answerOf(await token({ code: await codeFor('alice', pkce) }))).toEqual([400, 'invalid_grant'])
    const other = randomBytes(32).toString('base64url')
    expect(answerOf(await token({ code: await codeFor('alice', pkce), code_verifier: other }))).toEqual([400, 'invalid_grant'])
    expect((await token({ code: await codeFor('alice', pkce), code_verifier: verifier })).status).toBe(200)
    for (const wrong of [
      { code_challenge: challenge },
      { ...pkce, code_challenge_method: 'plain' },
      { ...pkce, code_challenge: 'x\0' },
    ] as Fields[])
      expect((await agree('alice', wrong)).status).toBe(400)
  })

  it('gets no token for a code of another app, an old one, another address, or without its secret', async () => {
    const other = await register()
    expect(answerOf(await token({ code: await codeFor('alice') }, other))).toEqual([400, 'invalid_grant'])
    const old = await codeFor('alice')
    await nexus.sql(`update app_codes set expires_at = now() - interval '1 second' where used_at is null`)
    expect(answerOf(await token({ code: old }))).toEqual([400, 'invalid_grant'])
    expect((await token({ code: await codeFor('alice'), redirect_uri: OUT_OF_BAND })).status).toBe(400)
    expect((await token({ code: await codeFor('alice'), client_secret: 'wrong' })).status).toBeGreaterThanOrEqual(400)
    expect((await token({ code: await codeFor('alice'), client_secret: '' })).status).toBeGreaterThanOrEqual(400)
    expect(answerOf(await token({ grant_type: 'password', username: 'alice', password: PASSWORD }))).toEqual([400, 'unauthorized_client'])
  })
})

describe('the tokens of an app', () => {
  it('are made anew by a refresh, of which a second use ends all', async () => {
    const first = await tokensFor('alice')
    const refresh = (refresh_token: string) => token({ grant_type: 'refresh_token', refresh_token })
    const second = (await refresh(first.refresh_token)).data
    expect([await works(first.access_token), await works(second.access_token)]).toEqual([false, true])
    expect((await refresh(first.refresh_token)).status).toBe(400)
    expect([await works(second.access_token), (await refresh(second.refresh_token)).status]).toEqual([false, 400])
  })

  it('end when they are revoked, by their app alone', async () => {
    const { access_token } = await tokensFor('alice')
    const revoke = ({ client_id, client_secret }: OauthApp) =>
      rest(nexus, '/oauth/revoke', { body: { client_id, client_secret, token: access_token } })
    expect((await revoke(await register())).status).toBe(200)
    expect(await works(access_token)).toBe(true)
    expect(answerOf(await revoke({ ...app, client_secret: 'wrong' }))).toEqual([401, 'invalid_client'])
    expect((await revoke(app)).status).toBe(200)
    expect([await works(access_token), (await revoke(app)).status]).toEqual([false, 200])
  })

  it('end with another password, with a suspension and with the account, and so does what was only agreed to', async () => {
    const [bobs, carols, daves] = await Promise.all(['bob', 'carol', 'dave'].map(tokensFor))
    const agreed = await Promise.all(['bob', 'carol', 'dave'].map((name) => codeFor(name)))
    const change = 'mutation ($old: String!, $new: String!) { changePassword(currentPassword: $old, newPassword: $new) { token } }'
    await nexus.ask(change, people.bob.token, { old: PASSWORD, new: 'another password' })
    await promote(nexus, people.mallory)
    const suspend = 'mutation ($id: ID!) { suspendUser(userId: $id, reason: "spam") { user { id } } }'
    await nexus.ask(suspend, people.mallory.token, { id: people.carol.id })
    await nexus.ask('mutation ($password: String!) { deleteUser(password: $password) }', people.dave.token, { password: PASSWORD })
    for (const tokens of [bobs, carols, daves]) {
      expect(await works(tokens?.access_token ?? '')).toBe(false)
      expect((await token({ grant_type: 'refresh_token', refresh_token: tokens?.refresh_token ?? '' })).status).toBe(400)
    }
    for (const code of agreed) expect(answerOf(await token({ code }))).toEqual([400, 'invalid_grant'])
  })

  it('are good for what was granted, on REST alone', async () => {
    const { token: reading } = await connectApp(nexus, 'alice', 'read:statuses')
    expect((await rest(nexus, '/api/v1/timelines/home', { token: reading })).status).toBe(200)
    expect((await rest(nexus, '/api/v1/statuses', { token: reading, body: { status: 'no' } })).status).toBe(403)
    expect((await rest(nexus, '/api/v1/accounts/verify_credentials', { token: reading })).status).toBe(403)

    const { token: all } = await connectApp(nexus, 'alice')
    expect(await nexus.refusal('{ me { id } }', all)).toBe('UNAUTHENTICATED')
    expect((await rest(nexus, '/media', { token: all, body: new FormData() })).status).toBe(401)
    expect((await rest(nexus, '/api/v2/instance', { token: 'forged' })).status).toBe(401)
  })

  it('of the app itself reads what is public, and nothing in anybody’s name', async () => {
    const own = (await token({ grant_type: 'client_credentials', scope: 'read' })).data
    expect(own).toMatchObject({ scope: 'read' })
    expect(own.refresh_token).toBeUndefined()
    const ask = async (path: string, body?: object) => (await rest(nexus, path, { token: own.access_token, ...(body && { body }) })).status
    expect(await ask('/api/v1/apps/verify_credentials')).toBe(200)
    expect(await ask('/api/v2/search?q=alice')).toBe(200)
    expect([await ask('/api/v1/timelines/home'), await ask('/api/v1/statuses', { status: 'x' })]).toEqual([401, 401])
    expect(answerOf(await token({ grant_type: 'client_credentials', scope: 'follow' }))).toEqual([400, 'invalid_scope'])
  })
})

describe('what others send', () => {
  it('is no app when its website or address could run something, and is shown as text where it stays', async () => {
    for (const hostile of [
      { website: 'javascript:alert(1)' },
      { website: 'https://a.test/\0' },
      { redirect_uris: 'javascript:alert(1)' },
      { redirect_uris: 'data:text/html,x' },
      { redirect_uris: 'https://client.test/#fragment' },
      { redirect_uris: ['https://client.test/\0'] },
      { redirect_uris: '' },
      { client_name: '' },
      { client_name: 'x\0' },
      { scopes: 'admin' },
    ])
      expect([
        hostile,
        (await rest(nexus, '/api/v1/apps', { body: { client_name: 'x', redirect_uris: CALLBACK, ...hostile } })).status,
      ]).toEqual([hostile, 422])
    const named = await register({ client_name: '<script>alert(1)</script>"\'' })
    const query = new URLSearchParams(asked({ client_id: named.client_id, state: '"><script>' }))
    const page = await rest(nexus, `/oauth/authorize?${query}`)
    expect([page.status, page.data.includes('<script')]).toEqual([200, false])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('x-frame-options')).toBe('DENY')
  })

  it('is answered in the form of OAuth, whatever it is', async () => {
    for (const body of [
      new URLSearchParams(),
      new URLSearchParams({ grant_type: 'authorization_code', code: '\0' }),
      { grant_type: ['x'] },
    ]) {
      const { status, data } = await rest(nexus, '/oauth/token', { body })
      expect([status < 500, typeof data.error, typeof data.error_description]).toEqual([true, 'string', 'string'])
    }
    const broken = await rest(nexus, '/oauth/token', { method: 'POST', headers: { 'content-type': 'text/csv' } })
    expect([broken.status, broken.data.error]).toEqual([415, 'invalid_request'])
  })

  it('is counted: guessing ends', async () => {
    const strict = await startNexus({ roles: ['api'], databaseUrl: nexus.databaseUrl, environment: { RATE_LIMIT_LOGINS: '2' } })
    const guess = () => rest(strict, '/oauth/token', { body: new URLSearchParams({ grant_type: 'client_credentials' }) })
    const answers = [await guess(), await guess(), await guess()]
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 429])
    expect([answers[2]?.data.error, Number(answers[2]?.headers.get('retry-after'))]).toEqual([
      'temporarily_unavailable',
      expect.any(Number),
    ])
    await strict.close()
  })
})
