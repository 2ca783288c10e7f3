import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdAt } from '../../src/platform/point.ts'
import { cast, type Nexus, PASSWORD, type Person, post, startNexus } from '../cast.ts'
import { refusedFor } from './verbs.ts'

/** As tests/cast.ts gives it to each Nexus. */
const AUTH_SECRET = 'a secret of the tests, the same in all of them'

let nexus: Nexus
let alice: Person, bob: Person

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
})
afterAll(() => nexus.close())

const LOGIN =
  'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { user { id username email } token refreshToken } }'
const REFRESH = 'mutation ($t: String!) { refreshToken(refreshToken: $t) { user { username email } token refreshToken } }'
const ME = '{ me { username } }'

async function signIn(username: string, password = PASSWORD): Promise<{ token: string; refreshToken: string }> {
  return (await nexus.ask(LOGIN, undefined, { username, password })).login
}

async function whoIs(token: string): Promise<string | undefined> {
  const { data, errors } = await nexus.gql(ME, { token })
  return errors ? errors[0].extensions.code : data.me.username
}

describe('signing in', () => {
  it.each(['alice', 'ALICE', 'alice@mail.test', 'Alice@Mail.Test'])('opens a session for %s and her password', async (username) => {
    const { login } = await nexus.ask(LOGIN, undefined, { username, password: PASSWORD })
    expect(login.user).toEqual({ id: String(alice.id), username: 'alice', email: 'alice@mail.test' })
    expect(await whoIs(login.token)).toBe('alice')
  })

  it('gives one answer to a wrong password, an unknown name and an unknown address', async () => {
    const wrongs = [
      { username: 'alice', password: 'wrong' },
      { username: 'nobody', password: PASSWORD },
      { username: 'nobody@mail.test', password: PASSWORD },
      { username: '', password: '' },
      { username: 'ali\0ce', password: PASSWORD },
      { username: 'alice\ud800', password: PASSWORD },
      { username: 'alice ', password: PASSWORD },
      { username: 'alice', password: `${PASSWORD} ` },
    ]
    const answers = await Promise.all(wrongs.map((variables) => nexus.gql(LOGIN, { variables })))
    for (const { status, data, errors } of answers) {
      expect({ status, data, errors }).toEqual({ status: 200, data: null, errors: answers[0]!.errors })
    }
    expect(answers[0]!.errors![0].extensions).toEqual({ code: 'UNAUTHENTICATED' })
  })

  it('does the same work for an unknown name as for a wrong password', async () => {
    const derived: object[] = []
    const end = holdAt('password:derived', (kept) => {
      const { memory, passes, lanes, tagBytes } = kept as Record<string, number>
      derived.push({ memory, passes, lanes, tagBytes })
      return undefined
    })
    for (const username of ['alice', 'nobody']) await nexus.gql(LOGIN, { variables: { username, password: 'wrong' } })
    end()
    expect(derived).toHaveLength(2)
    expect(derived[1]).toEqual(derived[0])
  })

  it('does not look at the header: an invalid token does not keep alice out', async () => {
    const { data } = await nexus.gql(LOGIN, { token: 'no.token.at.all', variables: { username: 'alice', password: PASSWORD } })
    expect(data.login.user.username).toBe('alice')
  })
})

function jwt(header: object, payload: object, secret: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function readClaims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
}

describe('the access token', () => {
  it('lives for fifteen minutes', () => {
    const { iat, exp } = readClaims(alice.token) as { iat: number; exp: number }
    expect(exp - iat).toBe(15 * 60)
  })

  it('is taken when it is signed with the secret as ours are, or the next tests would say nothing', async () => {
    expect(await whoIs(jwt({ alg: 'HS256', typ: 'JWT' }, readClaims(alice.token), AUTH_SECRET))).toBe('alice')
  })

  const HEADER = { alg: 'HS256', typ: 'JWT' }
  const now = Math.floor(Date.now() / 1000)
  it.each([
    ['expired', () => jwt(HEADER, { ...readClaims(alice.token), iat: now - 1000, exp: now - 100 }, AUTH_SECRET)],
    ['signed with another secret', () => jwt(HEADER, readClaims(alice.token), 'another secret of at least 32 characters')],
    ['unsigned (alg none)', () => `${jwt({ alg: 'none', typ: 'JWT' }, readClaims(alice.token), '').split('.').slice(0, 2).join('.')}.`],
    ['of alg none with a good signature', () => jwt({ alg: 'none' }, readClaims(alice.token), AUTH_SECRET)],
    ['of another algorithm', () => jwt({ alg: 'HS512' }, readClaims(alice.token), AUTH_SECRET)],
    ['for another audience', () => jwt(HEADER, { ...readClaims(alice.token), aud: 'another' }, AUTH_SECRET)],
    ['without an end', () => jwt(HEADER, { ...readClaims(alice.token), exp: undefined }, AUTH_SECRET)],
    ["of alice's session with bob's id", () => jwt(HEADER, { ...readClaims(alice.token), sub: String(bob.id) }, AUTH_SECRET)],
    [
      'of a session that never was',
      () => jwt(HEADER, { ...readClaims(alice.token), sid: '00000000-0000-4000-8000-000000000000' }, AUTH_SECRET),
    ],
    ['of a session whose id is none', () => jwt(HEADER, { ...readClaims(alice.token), sid: 'the first' }, AUTH_SECRET)],
    ['of an id beyond all ids', () => jwt(HEADER, { ...readClaims(alice.token), sub: '2147483648' }, AUTH_SECRET)],
    ['of a name', () => jwt(HEADER, { ...readClaims(alice.token), sub: 'alice' }, AUTH_SECRET)],
    ['cut short', () => alice.token.slice(0, -2)],
    ['a refresh token', () => alice.refreshToken],
    ['no token', () => 'alice'],
    ['empty', () => ' '],
  ])('is never taken for a visitor or another when it is %s', async (_, make) => {
    const token = make()
    expect(await whoIs(token)).toBe('UNAUTHENTICATED')
    for (const query of [
      '{ user(id: 1) { id } }',
      '{ users { edges { cursor } } }',
      '{ publicFeed { edges { cursor } } }',
      '{ post(id: 1) { id } }',
      '{ comment(id: 1) { id } }',
      '{ feed { id } }',
    ]) {
      expect(await nexus.refusal(query, token)).toBe('UNAUTHENTICATED')
    }
    expect(await nexus.refusal('mutation { createPost(content: "forged") { post { id } } }', token)).toBe('UNAUTHENTICATED')
    expect(await nexus.sql(`select id from posts where content = 'forged'`)).toEqual([])
  })

  it('leaves introspection open to whoever sends a wrong one', async () => {
    expect(await nexus.ask('{ __typename __schema { queryType { name } } }', 'no token')).toEqual({
      __typename: 'Query',
      __schema: { queryType: { name: 'Query' } },
    })
  })

  it.each(['Basic YWxpY2U6eA==', 'Bearer', 'Token abc', 'nonsense'])(
    'is missed in a header of %s, which is nobody, not a visitor',
    async (authorization) => {
      const response = await fetch(`${nexus.url}/graphql?query=${encodeURIComponent(ME)}`, { headers: { authorization } })
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    },
  )

  it('is not needed for me, which is null to a visitor', async () => {
    expect(await nexus.ask(ME)).toEqual({ me: null })
  })
})

describe('the refresh token', () => {
  it('gives a new pair, and the session goes on under both access tokens', async () => {
    const first = await signIn('alice')
    const { refreshToken: second } = await nexus.ask(REFRESH, undefined, { t: first.refreshToken })
    expect(second.user).toEqual({ username: 'alice', email: 'alice@mail.test' })
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect([await whoIs(second.token), await whoIs(first.token)]).toEqual(['alice', 'alice'])
    expect(readClaims(second.token).sid).toBe(readClaims(first.token).sid)
  })

  it('ends the whole session when it is used again, for the thief and for alice, and no other session', async () => {
    const other = await signIn('alice')
    const first = await signIn('alice')
    const { refreshToken: second } = await nexus.ask(REFRESH, undefined, { t: first.refreshToken })
    const { refreshToken: third } = await nexus.ask(REFRESH, undefined, { t: second.refreshToken })
    expect(await refusedFor(nexus, REFRESH, undefined, { t: first.refreshToken })).toBe('UNAUTHENTICATED')
    for (const { token, refreshToken } of [first, second, third]) {
      expect(await whoIs(token)).toBe('UNAUTHENTICATED')
      expect(await refusedFor(nexus, REFRESH, undefined, { t: refreshToken })).toBe('UNAUTHENTICATED')
    }
    expect(await whoIs(other.token)).toBe('alice')
    expect(await refusedFor(nexus, REFRESH, undefined, { t: other.refreshToken })).toBeUndefined()
  })

  it('gives one pair to ten that use it at once, and then the session is over', async () => {
    const { refreshToken } = await signIn('alice')
    const answers = await Promise.all(Array.from({ length: 10 }, () => nexus.gql(REFRESH, { variables: { t: refreshToken } })))
    const given = answers.filter((answer) => !answer.errors)
    expect(given).toHaveLength(1)
    expect(await whoIs(given[0]!.data.refreshToken.token)).toBe('UNAUTHENTICATED')
  })

  it.each(['', 'wrong', 'ünknown', 'x'.repeat(5000), '\ud800', '\0'])('is refused as UNAUTHENTICATED when it is %j', async (t) => {
    expect(await refusedFor(nexus, REFRESH, undefined, { t })).toBe('UNAUTHENTICATED')
  })

  it('is no access token, and an access token is no refresh token', async () => {
    expect(await refusedFor(nexus, REFRESH, undefined, { t: alice.token })).toBe('UNAUTHENTICATED')
  })

  it('does not work after the session has run out, nor does the access token', async () => {
    const { token, refreshToken } = await signIn('alice')
    await nexus.sql(`update sessions set expires_at = now() - interval '1 second' where id = $1`, [readClaims(token).sid])
    expect(await whoIs(token)).toBe('UNAUTHENTICATED')
    expect(await refusedFor(nexus, REFRESH, undefined, { t: refreshToken })).toBe('UNAUTHENTICATED')
  })
})

describe('signing out', () => {
  it('ends this session at once, and leaves the others', async () => {
    const [here, there] = [await signIn('alice'), await signIn('alice')]
    expect(await nexus.ask('mutation { logout }', here.token)).toEqual({ logout: true })
    expect([await whoIs(here.token), await whoIs(there.token)]).toEqual(['UNAUTHENTICATED', 'alice'])
    expect(await refusedFor(nexus, REFRESH, undefined, { t: here.refreshToken })).toBe('UNAUTHENTICATED')
    expect(await refusedFor(nexus, 'mutation { logout }', here.token)).toBe('UNAUTHENTICATED')
  })

  it("ends all of alice's sessions everywhere, and none of bob's", async () => {
    const { dora } = await cast(nexus, 'dora')
    const sessions = [await signIn('dora'), await signIn('dora')]
    expect(await nexus.ask('mutation { logout(everywhere: true) }', sessions[0]!.token)).toEqual({ logout: true })
    for (const { token, refreshToken } of [...sessions, dora]) {
      expect(await whoIs(token)).toBe('UNAUTHENTICATED')
      expect(await refusedFor(nexus, REFRESH, undefined, { t: refreshToken })).toBe('UNAUTHENTICATED')
    }
    expect(await whoIs(bob.token)).toBe('bob')
    expect(await whoIs((await signIn('dora')).token)).toBe('dora')
  })
})

describe('a changed password', () => {
  const CHANGE =
    'mutation ($current: String!, $next: String!) { changePassword(currentPassword: $current, newPassword: $next) { user { email } token refreshToken } }'

  it('ends all sessions, this one too, opens a new one, and the old password is over', async () => {
    const { erin } = await cast(nexus, 'erin')
    const other = await signIn('erin')
    const { changePassword } = await nexus.ask(CHANGE, erin.token, { current: PASSWORD, next: 'battery staple' })
    expect(changePassword.user.email).toBe('erin@mail.test')
    expect([await whoIs(erin.token), await whoIs(other.token), await whoIs(changePassword.token)]).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      'erin',
    ])
    expect(await refusedFor(nexus, LOGIN, undefined, { username: 'erin', password: PASSWORD })).toBe('UNAUTHENTICATED')
    expect(await whoIs((await signIn('erin', 'battery staple')).token)).toBe('erin')
  })

  it('is refused with a wrong current one, naming it, and with one that will not do', async () => {
    expect(await refusedFor(nexus, CHANGE, bob.token, { current: 'wrong', next: 'battery staple' })).toBe('BAD_USER_INPUT currentPassword')
    expect(await refusedFor(nexus, CHANGE, bob.token, { current: PASSWORD, next: '1234' })).toBe('BAD_USER_INPUT newPassword')
    expect(await refusedFor(nexus, CHANGE, bob.token, { current: PASSWORD, next: 'x'.repeat(257) })).toBe('BAD_USER_INPUT newPassword')
    expect(await refusedFor(nexus, CHANGE, undefined, { current: PASSWORD, next: 'battery staple' })).toBe('UNAUTHENTICATED')
    expect(await whoIs(bob.token)).toBe('bob')
    expect(await whoIs((await signIn('bob')).token)).toBe('bob')
  })
})

describe('the token of somebody who is gone', () => {
  it('is over the moment a moderator suspends them, and so are sign-in and refresh; it is good again when they are let back in', async () => {
    const { mallory } = await cast(nexus, 'mallory')
    await nexus.sql('update users set suspended_at = now() where id = $1', [mallory.id])
    expect(await whoIs(mallory.token)).toBe('UNAUTHENTICATED')
    expect(await nexus.refusal('{ publicFeed { edges { cursor } } }', mallory.token)).toBe('UNAUTHENTICATED')
    expect(await nexus.refusal(LOGIN, undefined, { username: 'mallory', password: PASSWORD })).toBe('UNAUTHENTICATED')
    expect(await refusedFor(nexus, REFRESH, undefined, { t: mallory.refreshToken })).toBe('UNAUTHENTICATED')
    await nexus.sql('update users set suspended_at = null where id = $1', [mallory.id])
    expect(await whoIs(mallory.token)).toBe('mallory')
  })

  it('is over the moment they delete their account', async () => {
    const { oscar } = await cast(nexus, 'oscar')
    await post(nexus, oscar, 'soon gone')
    await nexus.ask('mutation ($p: String!) { deleteUser(password: $p) }', oscar.token, { p: PASSWORD })
    expect(await whoIs(oscar.token)).toBe('UNAUTHENTICATED')
    expect(await refusedFor(nexus, REFRESH, undefined, { t: oscar.refreshToken })).toBe('UNAUTHENTICATED')
    expect(await nexus.refusal(LOGIN, undefined, { username: 'oscar', password: PASSWORD })).toBe('UNAUTHENTICATED')
  })
})
