import { afterEach, describe, expect, it } from 'vitest'
import { nameKey } from '../../src/api/rate-limit-keys.ts'
import { cast, type Nexus, PASSWORD, startNexus } from '../cast.ts'
import { refusedFor, sendJson } from './verbs.ts'

let nexus: Nexus
afterEach(() => nexus.close())

const LOGIN = 'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { user { id } } }'
const SIGN_UP = (name: string) =>
  `mutation { createUser(username: "${name}", email: "${name}@mail.test", password: "correct horse") { user { id } } }`
const POST = 'mutation { createPost(content: "hello") { post { id } } }'

async function start(environment: Record<string, string>): Promise<void> {
  nexus = await startNexus({ environment })
}

async function codeFrom(address: string, query: string, headers: Record<string, string> = {}): Promise<string | undefined> {
  const { errors } = await sendJson(nexus, { query }, { 'x-forwarded-for': address, ...headers })
  return errors?.[0].extensions.code
}

describe('outside of production', () => {
  it('lets three sign-ins a minute through, and tells the fourth when to come again, whatever its password', async () => {
    await start({ RATE_LIMIT_LOGINS: '3' })
    const { alice } = await cast(nexus, 'alice')
    const variables = { username: 'alice', password: 'wrong' }
    for (let i = 0; i < 3; i += 1) expect(await refusedFor(nexus, LOGIN, undefined, variables)).toBe('UNAUTHENTICATED')
    const { status, data, errors } = await nexus.gql(LOGIN, { variables: { username: 'alice', password: PASSWORD } })
    expect({ status, data }).toEqual({ status: 200, data: null })
    expect(errors![0].extensions).toEqual({ code: 'RATE_LIMITED', retryAfter: expect.any(Number) })
    expect(errors![0].extensions.retryAfter).toBeGreaterThan(50)
    expect(errors![0].extensions.retryAfter).toBeLessThanOrEqual(60)
    expect(await refusedFor(nexus, '{ me { id } }', alice.token)).toBeUndefined()
    expect(await refusedFor(nexus, POST, alice.token)).toBeUndefined()
  })

  it('counts the sign-ins of one request one by one, so that fifty aliases are fifty attempts', async () => {
    await start({ RATE_LIMIT_LOGINS: '3' })
    await cast(nexus, 'alice')
    const guess = (i: number) => `a${i}: login(username: "alice", password: "guess ${i}") { token }`
    const codes: string[] = []
    // Each field is non-null, so that the first refusal ends the request: one request is one guess.
    for (let i = 0; i < 5; i += 1) {
      const { errors } = await nexus.gql(`mutation { ${Array.from({ length: 50 }, (_, alias) => guess(alias)).join(' ')} }`)
      codes.push(errors![0].extensions.code)
    }
    expect(codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED', 'RATE_LIMITED', 'RATE_LIMITED'])
  })

  it('counts tries at resets, verifications and confirmations by password among the sign-ins', async () => {
    await start({ RATE_LIMIT_LOGINS: '6' })
    const { alice } = await cast(nexus, 'alice')
    const tries = [
      'mutation { resetPassword(token: "wrong", newPassword: "battery staple") { token } }',
      'mutation { verifyEmail(token: "wrong") { user { id } } }',
      'mutation { requestPasswordReset(email: "nobody@mail.test") }',
      'mutation { changePassword(currentPassword: "wrong", newPassword: "battery staple") { token } }',
      'mutation { changeEmail(password: "wrong", email: "a@mail.test") { user { id } } }',
      'mutation { deleteUser(password: "wrong") }',
    ]
    for (const query of tries) expect(await nexus.refusal(query, alice.token)).not.toBe('RATE_LIMITED')
    for (const query of tries) expect(await nexus.refusal(query, alice.token)).toBe('RATE_LIMITED')
  })

  it('limits sign-ups, and counts those that were refused', async () => {
    await start({ RATE_LIMIT_SIGN_UPS: '2' })
    expect(await refusedFor(nexus, SIGN_UP('x'))).toBe('BAD_USER_INPUT username')
    expect(await refusedFor(nexus, SIGN_UP('alice'))).toBeUndefined()
    expect(await refusedFor(nexus, SIGN_UP('bob'))).toBe('RATE_LIMITED')
    expect(await refusedFor(nexus, SIGN_UP('x'))).toBe('RATE_LIMITED')
    expect(await nexus.sql('select username from users')).toEqual([{ username: 'alice' }])
  })

  it('limits writes before it asks who writes, and reads never', async () => {
    await start({ RATE_LIMIT_WRITES: '3' })
    const { alice, bob } = await cast(nexus, 'alice', 'bob')
    for (let i = 0; i < 3; i += 1) expect(await refusedFor(nexus, POST, alice.token)).toBeUndefined()
    expect(await refusedFor(nexus, POST, alice.token)).toBe('RATE_LIMITED')
    expect(await refusedFor(nexus, POST)).toBe('RATE_LIMITED')
    expect(await refusedFor(nexus, POST, bob.token)).toBe('RATE_LIMITED')
    const reads = await Promise.all(Array.from({ length: 30 }, () => refusedFor(nexus, '{ publicFeed { edges { cursor } } }', alice.token)))
    expect(reads).toEqual(Array.from({ length: 30 }, () => undefined))
  })
})

describe('behind a proxy', () => {
  it('takes the address from X-Forwarded-For when the proxy is trusted', async () => {
    await start({ RATE_LIMIT_SIGN_UPS: '1', TRUSTED_PROXIES: '127.0.0.1' })
    expect(await codeFrom('192.0.2.1', SIGN_UP('alice'))).toBeUndefined()
    expect(await codeFrom('192.0.2.1', SIGN_UP('bob'))).toBe('RATE_LIMITED')
    expect(await codeFrom('192.0.2.2', SIGN_UP('bob'))).toBeUndefined()
  })

  it('believes only what the trusted proxy wrote, the last address, not what its client made up before it', async () => {
    await start({ RATE_LIMIT_SIGN_UPS: '1', TRUSTED_PROXIES: '127.0.0.1' })
    expect(await codeFrom('198.51.100.1, 192.0.2.1', SIGN_UP('alice'))).toBeUndefined()
    expect(await codeFrom('198.51.100.2, 192.0.2.1', SIGN_UP('bob'))).toBe('RATE_LIMITED')
  })

  it('passes over several trusted proxies, given as networks too', async () => {
    await start({ RATE_LIMIT_SIGN_UPS: '1', TRUSTED_PROXIES: '127.0.0.0/8, 10.0.0.0/8' })
    expect(await codeFrom('192.0.2.1, 10.1.2.3', SIGN_UP('alice'))).toBeUndefined()
    expect(await codeFrom('192.0.2.1, 10.9.9.9', SIGN_UP('bob'))).toBe('RATE_LIMITED')
    expect(await codeFrom('192.0.2.2, 10.1.2.3', SIGN_UP('bob'))).toBeUndefined()
  })

  it('ignores X-Forwarded-For when nobody is trusted, or somebody else is', async () => {
    await start({ RATE_LIMIT_SIGN_UPS: '1' })
    expect(await codeFrom('192.0.2.1', SIGN_UP('alice'))).toBeUndefined()
    expect(await codeFrom('192.0.2.2', SIGN_UP('bob'))).toBe('RATE_LIMITED')
    await nexus.close()
    await start({ RATE_LIMIT_SIGN_UPS: '1', TRUSTED_PROXIES: '10.0.0.1' })
    expect(await codeFrom('192.0.2.1', SIGN_UP('alice'))).toBeUndefined()
    expect(await codeFrom('192.0.2.2', SIGN_UP('bob'))).toBe('RATE_LIMITED')
  })

  const logIn = (username: string, password = 'wrong') => `mutation { login(username: "${username}", password: "${password}") { token } }`

  it('limits the wrong tries at one name from very many addresses, in any case of the name', async () => {
    await start({ RATE_LIMIT_LOGINS: '1', TRUSTED_PROXIES: '127.0.0.1' })
    await cast(nexus, 'alice')
    const names = ['alice', 'ALICE', 'Alice']
    for (let i = 1; i <= 20; i += 1) expect(await codeFrom(`192.0.2.${i}`, logIn(names[i % 3]!))).toBe('UNAUTHENTICATED')
    expect(await codeFrom('192.0.2.21', logIn('alice'))).toBe('RATE_LIMITED')
    expect(await codeFrom('192.0.2.22', logIn('bob'))).toBe('UNAUTHENTICATED')
  })

  it('lets nobody keep alice out from one address, nor alice herself by signing in often', async () => {
    await start({ RATE_LIMIT_LOGINS: '3', TRUSTED_PROXIES: '127.0.0.1' })
    await cast(nexus, 'alice')
    for (let i = 0; i < 20; i += 1) await codeFrom('192.0.2.1', logIn('alice'))
    expect(await codeFrom('192.0.2.1', logIn('alice'))).toBe('RATE_LIMITED')
    for (let i = 1; i <= 70; i += 1) expect(await codeFrom(`198.51.100.${i}`, logIn('alice', PASSWORD))).toBeUndefined()
  })

  it('counts a network of IPv6 as one, however its addresses are written', async () => {
    await start({ RATE_LIMIT_LOGINS: '2', TRUSTED_PROXIES: '127.0.0.1' })
    expect(await codeFrom('2001:db8:0:1::1', logIn('alice'))).toBe('UNAUTHENTICATED')
    expect(await codeFrom('2001:DB8::1:ffff:2:3:4', logIn('bob'))).toBe('UNAUTHENTICATED')
    expect(await codeFrom('2001:0db8:0000:0001:0:0:0:5', logIn('carol'))).toBe('RATE_LIMITED')
    expect(await codeFrom('2001:db8:0:2::1', logIn('carol'))).toBe('UNAUTHENTICATED')
  })

  it('sends one address only so many mails, from wherever they are asked for, and keeps no long name', async () => {
    await start({ RATE_LIMIT_LOGINS: '2', TRUSTED_PROXIES: '127.0.0.1' })
    const reset = (email: string) => `mutation { requestPasswordReset(email: "${email}") }`
    expect(await codeFrom('192.0.2.1', reset('alice@mail.test'))).toBeUndefined()
    expect(await codeFrom('192.0.2.2', reset('Alice@mail.test'))).toBeUndefined()
    expect(await codeFrom('192.0.2.3', reset('alice@mail.test'))).toBe('RATE_LIMITED')
    expect(await codeFrom('192.0.2.4', reset('bob@mail.test'))).toBeUndefined()
    expect(nameKey('x'.repeat(1_000_000))).toHaveLength(nameKey('x').length)
  })

  it("limits one user's writes from many addresses", async () => {
    await start({ RATE_LIMIT_WRITES: '2', TRUSTED_PROXIES: '127.0.0.1' })
    const { alice, bob } = await cast(nexus, 'alice', 'bob')
    const writeFrom = (address: string, token: string) => codeFrom(address, POST, { authorization: `Bearer ${token}` })
    expect(await writeFrom('192.0.2.1', alice.token)).toBeUndefined()
    expect(await writeFrom('192.0.2.2', alice.token)).toBeUndefined()
    expect(await writeFrom('192.0.2.3', alice.token)).toBe('RATE_LIMITED')
    expect(await writeFrom('192.0.2.4', bob.token)).toBeUndefined()
  })
})

describe('in production', () => {
  const PRODUCTION = { NODE_ENV: 'production', TRUSTED_PROXIES: '127.0.0.1' }
  const signUpWith = (password: string, address: string) =>
    sendJson(
      nexus,
      {
        query: 'mutation ($u: String!, $e: String!, $p: String!) { createUser(username: $u, email: $e, password: $p) { token } }',
        variables: { u: `user_${address.replaceAll('.', '_')}`, e: `${address}@mail.test`, p: password },
      },
      { 'x-forwarded-for': address },
    )

  it('wants passwords of eight characters that are not commonly used', async () => {
    await start(PRODUCTION)
    let last = 0
    const answerTo = async (password: string) => {
      last += 1
      const { errors } = await signUpWith(password, `192.0.2.${last}`)
      return errors && `${errors[0].extensions.code} ${errors[0].extensions.field}`
    }
    for (const weak of ['12345', '1234567', '😀😀😀😀😀😀😀', 'password', 'PassWord1', '12345678', 'qwertyuiop', 'aaaaaaaaaa']) {
      expect([weak, await answerTo(weak)]).toEqual([weak, 'BAD_USER_INPUT password'])
    }
    for (const good of ['kahvi-42', '😀😃😄😁😆😅😂🤣', 'correct horse battery staple']) {
      expect([good, await answerTo(good)]).toEqual([good, undefined])
    }
  })

  it('wants the same of a changed and of a reset password', async () => {
    await start(PRODUCTION)
    const { data } = await signUpWith('correct horse', '192.0.2.1')
    const { token } = data.createUser
    expect(
      await refusedFor(nexus, 'mutation { changePassword(currentPassword: "correct horse", newPassword: "password1") { token } }', token),
    ).toBe('BAD_USER_INPUT newPassword')
    expect(await refusedFor(nexus, 'mutation { resetPassword(token: "any", newPassword: "1234567") { token } }')).toBe(
      'BAD_USER_INPUT newPassword',
    )
  })

  it('lets ten sign-ups and twenty sign-ins a minute through from one address', async () => {
    await start(PRODUCTION)
    const signUps = await Promise.all(Array.from({ length: 12 }, (_, i) => codeFrom('192.0.2.1', SIGN_UP(`user${i}`))))
    expect(signUps.filter((code) => code === undefined)).toHaveLength(10)
    expect(signUps.filter((code) => code === 'RATE_LIMITED')).toHaveLength(2)
    const guess = (i: number) => codeFrom('192.0.2.2', `mutation { login(username: "nobody${i}", password: "wrong") { token } }`)
    const signIns = await Promise.all(Array.from({ length: 22 }, (_, i) => guess(i)))
    expect(signIns.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(20)
    expect(signIns.filter((code) => code === 'RATE_LIMITED')).toHaveLength(2)
  })

  it('says nothing of the inside when a fault of ours is met, but the id of the request', async () => {
    await start(PRODUCTION)
    await nexus.sql('alter table users rename to users_away')
    const { status, data, errors } = await nexus.gql('{ users { edges { cursor } } }')
    await nexus.sql('alter table users_away rename to users')
    expect({ status, data }).toEqual({ status: 200, data: null })
    expect(errors![0].message).toBe('Something went wrong on our side.')
    expect(errors![0].extensions).toEqual({ code: 'INTERNAL', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(await refusedFor(nexus, '{ users { edges { cursor } } }')).toBeUndefined()
  })
})
