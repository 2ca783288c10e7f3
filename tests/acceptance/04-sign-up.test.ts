import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'
import { refusedFor } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person

const SIGN_UP = `mutation ($username: String!, $email: String!, $password: String!) {
  createUser(username: $username, email: $email, password: $password) { user { id username email } token refreshToken } }`

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
})
afterAll(() => nexus.close())

let newcomers = 0
function signUpWith(words: Partial<Record<'username' | 'email' | 'password', string>>): Promise<string | undefined> {
  newcomers += 1
  const given = { username: `newcomer${newcomers}`, email: `newcomer${newcomers}@mail.test`, password: 'correct horse', ...words }
  return refusedFor(nexus, SIGN_UP, undefined, given)
}

async function countUsers(): Promise<number> {
  const [row] = await nexus.sql<{ n: number }>('select count(*)::int as n from users')
  return row!.n
}

it('refuses a second alice, whatever the case, naming the username; and her address, naming the email', async () => {
  const before = await countUsers()
  expect(await signUpWith({ username: 'alice' })).toBe('CONFLICT username')
  expect(await signUpWith({ username: 'ALICE' })).toBe('CONFLICT username')
  expect(await signUpWith({ email: 'alice@mail.test' })).toBe('CONFLICT email')
  expect(await signUpWith({ email: 'Alice@MAIL.test' })).toBe('CONFLICT email')
  expect(await signUpWith({ username: 'aLiCe', email: 'bob@mail.test' })).toBe('CONFLICT username')
  expect(await countUsers()).toBe(before)
})

it('makes one row of twenty equal sign-ups at once, and tells nineteen of the name', async () => {
  const words = { username: 'twenty', email: 'twenty@mail.test', password: 'correct horse' }
  const answers = await Promise.all(Array.from({ length: 20 }, () => refusedFor(nexus, SIGN_UP, undefined, words)))
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(1)
  expect(answers.filter((answer) => answer === 'CONFLICT username')).toHaveLength(19)
  expect(await nexus.sql(`select count(*)::int as n from users where lower(username) = 'twenty'`)).toEqual([{ n: 1 }])
})

it('makes one row of twenty sign-ups at once that share only the address in different cases', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => signUpWith({ email: i % 2 === 0 ? 'ROOM@mail.test' : 'room@mail.test' })),
  )
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(1)
  expect(answers.filter((answer) => answer === 'CONFLICT email')).toHaveLength(19)
  expect(await nexus.sql(`select count(*)::int as n from users where lower(email) = 'room@mail.test'`)).toEqual([{ n: 1 }])
})

it('keeps the name and the address in the case that they were given in, and finds the name in any', async () => {
  const words = { username: 'MixedCase', email: 'Mixed@Mail.TEST', password: 'correct horse' }
  const { createUser } = await nexus.ask(SIGN_UP, undefined, words)
  expect(createUser.user).toEqual({ id: expect.any(String), username: 'MixedCase', email: 'Mixed@Mail.TEST' })
  expect((await nexus.ask('{ user(username: "mixedcase") { username } }')).user.username).toBe('MixedCase')
})

describe('the bounds of what a sign-up is made of', () => {
  it.each([
    ['3 characters', 'a_1'],
    ['30 characters', `a${'b'.repeat(29)}`],
    ['a dot inside', 'a.b'],
    ['a line below at both ends', '_a_'],
    ['digits alone', '12345'],
  ])('takes a username of %s', async (_, username) => {
    expect(await signUpWith({ username })).toBeUndefined()
  })

  it.each([
    ['nothing', ''],
    ['2 characters', 'ab'],
    ['31 characters', 'a'.repeat(31)],
    ['a dot in front', '.abc'],
    ['a dot at the end', 'abc.'],
    ['a space', 'a b c'],
    ['a hyphen', 'a-bc'],
    ['a letter beyond A to Z', 'ålice'],
    ['a letter that looks like a', 'аlice'],
    ['a line break at its end', 'alice2\n'],
    ['an emoji', 'ab😀'],
  ])('refuses a username of %s', async (_, username) => {
    const before = await countUsers()
    expect(await signUpWith({ username })).toBe('BAD_USER_INPUT username')
    expect(await countUsers()).toBe(before)
  })

  it.each([
    ['254 characters', `${'a'.repeat(244)}@mail.test`],
    ['letters of any alphabet', '用户@例え.jp'],
  ])('takes an address of %s', async (_, email) => {
    expect(await signUpWith({ email })).toBeUndefined()
  })

  it.each([
    ['255 characters', `${'a'.repeat(245)}@mail.test`],
    ['no @', 'mail.test'],
    ['two @', 'a@b@mail.test'],
    ['nothing before the @', '@mail.test'],
    ['nothing after the @', 'a@'],
    ['white space', 'a b@mail.test'],
    ['a line break, which would be a second header in a mail', 'a@mail.test\nBcc: b@mail.test'],
    ['a control character', 'a\u0007@mail.test'],
    ['a lone surrogate', 'a\ud800@mail.test'],
    ['U+0000', 'a\0@mail.test'],
    ...[',', ';', ':', '<', '>', '(', ')', '"', '\\'].map((mark): [string, string] => [`a ${mark}`, `a${mark}b@mail.test`]),
  ])('refuses an address of %s', async (_, email) => {
    expect(await signUpWith({ email })).toBe('BAD_USER_INPUT email')
  })

  it('takes two addresses that differ by the case of a letter beyond A to Z for one', async () => {
    expect(await signUpWith({ email: 'ärger@mail.test' })).toBeUndefined()
    expect(await signUpWith({ email: 'ÄRGER@mail.test' })).toBe('CONFLICT email')
  })

  it.each([
    ['5 characters', '12345'],
    ['5 emoji', '😀😀😀😀😀'],
    ['256 characters', 'x'.repeat(256)],
    ['256 emoji', '😀'.repeat(256)],
  ])('takes a password of %s in development, and signs in with it', async (_, password) => {
    expect(await signUpWith({ password })).toBeUndefined()
    const login =
      'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { user { username } } }'
    const username = `newcomer${newcomers}`
    expect(await nexus.ask(login, undefined, { username, password })).toEqual({ login: { user: { username } } })
  })

  it.each([
    ['4 characters', '1234'],
    ['4 emoji, which are 8 units of UTF-16', '😀😀😀😀'],
    ['257 characters', 'x'.repeat(257)],
    ['white space alone', '      '],
    ['a line break', 'correct\nhorse'],
    ['U+0000', 'correct\0horse'],
    ['a lone surrogate', 'correct\udc00horse'],
  ])('refuses a password of %s', async (_, password) => {
    expect(await signUpWith({ password })).toBe('BAD_USER_INPUT password')
  })

  it('names bad input before a taken name', async () => {
    expect(await signUpWith({ username: 'alice', password: '1' })).toBe('BAD_USER_INPUT password')
  })
})

describe('what is kept of a password, and who sees an address', () => {
  it('keeps an argon2id hash with a salt of its own, and nothing else of it', async () => {
    const rows = await nexus.sql<{ password: string }>(`select password from users where username in ('alice', 'bob')`)
    for (const { password } of rows) expect(password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(new Set(rows.map((row) => row.password)).size).toBe(2)
    const everything = await nexus.sql<{ row: string }>('select to_jsonb(u)::text as row from users u')
    expect(everything.some(({ row }) => row.includes('correct horse'))).toBe(false)
  })

  it('keeps no refresh token as it is, only its hash', async () => {
    const [row] = await nexus.sql<{ n: number }>('select count(*)::int as n from refresh_tokens where length(hash) <> 32')
    expect(row!.n).toBe(0)
  })

  it.each(['password', 'passwordHash', 'hash'])('has no field %s to ask for', async (field) => {
    const { status, errors } = await nexus.gql(`{ me { ${field} } }`, { token: alice.token })
    expect(status).toBe(400)
    expect(errors![0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  it("shows alice her own address and nobody's else, wherever it is asked for", async () => {
    const query =
      '{ me { email emailVerified } user(username: "bob") { email emailVerified } users(first: 100) { edges { node { username email } } } }'
    const { me, user, users } = await nexus.ask(query, alice.token)
    expect(me).toEqual({ email: 'alice@mail.test', emailVerified: false })
    expect(user).toEqual({ email: null, emailVerified: null })
    const shown = users.edges.filter((edge: { node: { email: string | null } }) => edge.node.email !== null)
    expect(shown).toEqual([{ node: { username: 'alice', email: 'alice@mail.test' } }])
  })

  it('shows a visitor no address', async () => {
    expect(await nexus.ask('{ user(username: "bob") { email emailVerified } }')).toEqual({ user: { email: null, emailVerified: null } })
  })

  it('shows each of two that sign up in one request their own address alone', async () => {
    const query = `mutation {
      one: createUser(username: "one_of_two", email: "one@mail.test", password: "12345") { user { email } }
      two: createUser(username: "two_of_two", email: "two@mail.test", password: "12345") { user { email } }
    }`
    const { one, two } = await nexus.ask(query, bob.token)
    expect([one.user.email, two.user.email]).toEqual(['one@mail.test', 'two@mail.test'])
  })
})
