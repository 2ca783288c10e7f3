import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cast, type Nexus, PASSWORD, type Person, startNexus } from '../cast.ts'
import { refusedFor, tokenIn } from './verbs.ts'

let nexus: Nexus
let mailDir: string

beforeAll(async () => {
  nexus = await startNexus()
  mailDir = join(nexus.dataDir, 'mail')
})
beforeEach(async () => {
  await nexus.settle()
  await rm(mailDir, { recursive: true, force: true })
})
afterAll(() => nexus.close())

const REQUEST = 'mutation ($email: String!) { requestPasswordReset(email: $email) }'
const RESET =
  'mutation ($token: String!, $next: String!) { resetPassword(token: $token, newPassword: $next) { user { username email } token refreshToken } }'
const VERIFY = 'mutation ($token: String!) { verifyEmail(token: $token) { user { username email } } }'
const CHANGE_EMAIL =
  'mutation ($password: String!, $email: String!) { changeEmail(password: $password, email: $email) { user { email emailVerified } } }'
const LOGIN = 'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { token } }'
const ME = '{ me { email emailVerified } }'

/** The mails sent since the test began, oldest first. */
async function mails(): Promise<string[]> {
  await nexus.settle()
  const files = await readdir(mailDir).catch(() => [])
  return Promise.all(files.sort().map((file) => readFile(join(mailDir, file), 'utf8')))
}

async function askForReset(email: string): Promise<string> {
  await nexus.ask(REQUEST, undefined, { email })
  return tokenIn((await mails()).findLast((mail) => mail.includes('Subject: Set a new password'))!)
}

async function newPerson(name: string): Promise<Person> {
  const person = (await cast(nexus, name))[name]!
  await nexus.settle() // the mail of the sign-up is written
  return person
}

describe('a forgotten password', () => {
  it('is set anew by the token that went to the address, which ends all sessions and opens one', async () => {
    const alice = await newPerson('alice')
    const reset = await nexus.ask(RESET, undefined, { token: await askForReset('ALICE@mail.test'), next: 'battery staple' })
    expect(reset.resetPassword.user).toEqual({ username: 'alice', email: 'alice@mail.test' })
    expect(await nexus.refusal(ME, alice.token)).toBe('UNAUTHENTICATED')
    expect(await nexus.refusal(ME, reset.resetPassword.token)).toBeUndefined()
    expect(await nexus.refusal(LOGIN, undefined, { username: 'alice', password: PASSWORD })).toBe('UNAUTHENTICATED')
    expect(await nexus.refusal(LOGIN, undefined, { username: 'alice', password: 'battery staple' })).toBeUndefined()
  })

  it('sends its mail to the address alone, in a file that only its owner reads, and keeps only a hash of the token', async () => {
    await newPerson('bob')
    await nexus.settle()
    await rm(mailDir, { recursive: true, force: true })
    const token = await askForReset('bob@mail.test')
    const [mail, ...others] = await mails()
    expect(others).toEqual([])
    expect(mail).toMatch(/^From: Nexus <nexus@localhost>\nTo: bob@mail\.test\nSubject: Set a new password\n/)
    const [file] = await readdir(mailDir)
    expect((await stat(join(mailDir, file!))).mode & 0o777).toBe(0o600)
    const rows = await nexus.sql<{ row: string }>('select to_jsonb(t)::text as row from mail_tokens t')
    expect(rows.some(({ row }) => row.includes(token))).toBe(false)
    const jobs = await nexus.sql<{ row: string }>(
      'select to_jsonb(j)::text as row from jobs j union all select to_jsonb(f)::text from facts f',
    )
    expect(jobs.some(({ row }) => row.includes(token))).toBe(false)
  })

  it('is answered with true for an unknown address too, to which nothing is sent', async () => {
    expect(await nexus.ask(REQUEST, undefined, { email: 'nobody@mail.test' })).toEqual({ requestPasswordReset: true })
    expect(await mails()).toEqual([])
    expect(await refusedFor(nexus, REQUEST, undefined, { email: 'no address' })).toBe('BAD_USER_INPUT email')
  })

  it('sends nothing to somebody suspended', async () => {
    const mallory = await newPerson('mallory')
    await nexus.settle()
    await rm(mailDir, { recursive: true, force: true })
    await nexus.sql('update users set suspended_at = now() where id = $1', [mallory.id])
    expect(await nexus.ask(REQUEST, undefined, { email: 'mallory@mail.test' })).toEqual({ requestPasswordReset: true })
    expect(await mails()).toEqual([])
  })

  it('takes a token once, and then no other that was under way', async () => {
    await newPerson('carol')
    const [older, newer] = [await askForReset('carol@mail.test'), await askForReset('carol@mail.test')]
    expect(await refusedFor(nexus, RESET, undefined, { token: newer, next: 'battery staple' })).toBeUndefined()
    expect(await refusedFor(nexus, RESET, undefined, { token: newer, next: 'a third one' })).toBe('BAD_USER_INPUT token')
    expect(await refusedFor(nexus, RESET, undefined, { token: older, next: 'a third one' })).toBe('BAD_USER_INPUT token')
    expect(await nexus.refusal(LOGIN, undefined, { username: 'carol', password: 'battery staple' })).toBeUndefined()
  })

  it('gives one of ten at once a new password by the same token', async () => {
    await newPerson('chris')
    const token = await askForReset('chris@mail.test')
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => refusedFor(nexus, RESET, undefined, { token, next: `battery staple ${i}` })),
    )
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'BAD_USER_INPUT token')).toHaveLength(9)
  })

  it('refuses a token after an hour, and takes it a minute before', async () => {
    await newPerson('dan')
    const token = await askForReset('dan@mail.test')
    const [{ minutes }] = (await nexus.sql(
      `select round(extract(epoch from expires_at - now()) / 60)::int as minutes from mail_tokens order by expires_at limit 1`,
    )) as [{ minutes: number }]
    expect(minutes).toBe(60)
    await nexus.sql(`update mail_tokens set expires_at = expires_at - interval '60 minutes' where purpose = 'reset-password'`)
    expect(await refusedFor(nexus, RESET, undefined, { token, next: 'battery staple' })).toBe('BAD_USER_INPUT token')
    await nexus.sql(`update mail_tokens set expires_at = expires_at + interval '1 minute' where purpose = 'reset-password'`)
    expect(await refusedFor(nexus, RESET, undefined, { token, next: 'battery staple' })).toBeUndefined()
  })

  it('refuses a wrong token and a password that will not do, which does not use the token up', async () => {
    await newPerson('dora')
    const token = await askForReset('dora@mail.test')
    for (const wrong of ['', 'wrong', `${token} `, '\ud800']) {
      expect(await refusedFor(nexus, RESET, undefined, { token: wrong, next: 'battery staple' })).toBe('BAD_USER_INPUT token')
    }
    expect(await refusedFor(nexus, RESET, undefined, { token, next: '1234' })).toBe('BAD_USER_INPUT newPassword')
    expect(await refusedFor(nexus, RESET, undefined, { token, next: 'battery staple' })).toBeUndefined()
  })

  it('is set by no token for verifying an address, and the other way round', async () => {
    await newPerson('erin')
    const verification = tokenIn((await mails()).at(-1)!)
    expect(await refusedFor(nexus, RESET, undefined, { token: verification, next: 'battery staple' })).toBe('BAD_USER_INPUT token')
    expect(await refusedFor(nexus, VERIFY, undefined, { token: await askForReset('erin@mail.test') })).toBe('BAD_USER_INPUT token')
  })

  it('is over for a reset under way when alice changes her password or her address herself', async () => {
    const frank = await newPerson('frank')
    const token = await askForReset('frank@mail.test')
    const change = 'mutation ($p: String!) { changePassword(currentPassword: $p, newPassword: "my own new one") { token } }'
    const { changePassword } = await nexus.ask(change, frank.token, { p: PASSWORD })
    expect(await refusedFor(nexus, RESET, undefined, { token, next: 'battery staple' })).toBe('BAD_USER_INPUT token')
    const another = await askForReset('frank@mail.test')
    await nexus.ask(CHANGE_EMAIL, changePassword.token, { password: 'my own new one', email: 'new-frank@mail.test' })
    expect(await refusedFor(nexus, RESET, undefined, { token: another, next: 'battery staple' })).toBe('BAD_USER_INPUT token')
  })

  it('is not looked at the header for: an invalid token does not keep anybody out', async () => {
    await newPerson('grace')
    expect(await nexus.refusal(REQUEST, 'no token', { email: 'grace@mail.test' })).toBeUndefined()
    const token = tokenIn((await mails()).at(-1)!)
    expect(await nexus.refusal(RESET, 'no token', { token, next: 'battery staple' })).toBeUndefined()
  })
})

describe('an address', () => {
  it('is verified by the token that went to it at sign-up, once', async () => {
    const heidi = await newPerson('heidi')
    const [mail, ...others] = await mails()
    expect(others).toEqual([])
    expect(mail).toMatch(/\nTo: heidi@mail\.test\nSubject: Verify your address\n/)
    expect(await nexus.ask(ME, heidi.token)).toEqual({ me: { email: 'heidi@mail.test', emailVerified: false } })
    const token = tokenIn(mail!)
    // Whoever has the token is not signed in by it: the address is not shown to them.
    expect(await nexus.ask(VERIFY, undefined, { token })).toEqual({ verifyEmail: { user: { username: 'heidi', email: null } } })
    expect(await nexus.ask(ME, heidi.token)).toEqual({ me: { email: 'heidi@mail.test', emailVerified: true } })
    expect(await refusedFor(nexus, VERIFY, undefined, { token })).toBe('BAD_USER_INPUT token')
    expect(await refusedFor(nexus, VERIFY, undefined, { token: 'wrong' })).toBe('BAD_USER_INPUT token')
  })

  it('is verified anew when it is changed: the token of the old one is over', async () => {
    const ivan = await newPerson('ivan')
    const old = tokenIn((await mails()).at(-1)!)
    const { changeEmail } = await nexus.ask(CHANGE_EMAIL, ivan.token, { password: PASSWORD, email: 'Ivan.New@mail.test' })
    expect(changeEmail.user).toEqual({ email: 'Ivan.New@mail.test', emailVerified: false })
    expect(await refusedFor(nexus, VERIFY, undefined, { token: old })).toBe('BAD_USER_INPUT token')
    const newest = (await mails()).at(-1)!
    expect(newest).toContain('To: Ivan.New@mail.test')
    await nexus.ask(VERIFY, undefined, { token: tokenIn(newest) })
    expect(await nexus.ask(ME, ivan.token)).toEqual({ me: { email: 'Ivan.New@mail.test', emailVerified: true } })
  })

  it('stays verified, and gets no mail, when it is changed to itself', async () => {
    const judy = await newPerson('judy')
    await nexus.ask(VERIFY, undefined, { token: tokenIn((await mails()).at(-1)!) })
    const before = (await mails()).length
    const { changeEmail } = await nexus.ask(CHANGE_EMAIL, judy.token, { password: PASSWORD, email: 'judy@mail.test' })
    expect(changeEmail.user).toEqual({ email: 'judy@mail.test', emailVerified: true })
    expect(await mails()).toHaveLength(before)
  })

  it('is changed with the right password alone, and not to a taken one', async () => {
    const { kim, leo } = await cast(nexus, 'kim', 'leo')
    expect(await refusedFor(nexus, CHANGE_EMAIL, kim.token, { password: 'wrong', email: 'k@mail.test' })).toBe('BAD_USER_INPUT password')
    expect(await refusedFor(nexus, CHANGE_EMAIL, kim.token, { password: PASSWORD, email: 'no address' })).toBe('BAD_USER_INPUT email')
    expect(await refusedFor(nexus, CHANGE_EMAIL, kim.token, { password: PASSWORD, email: 'LEO@mail.test' })).toBe('CONFLICT email')
    expect(await refusedFor(nexus, CHANGE_EMAIL, kim.token, { password: 'wrong', email: 'leo@mail.test' })).toBe('BAD_USER_INPUT password')
    expect(await nexus.ask(ME, kim.token)).toEqual({ me: { email: 'kim@mail.test', emailVerified: false } })
    expect(await refusedFor(nexus, CHANGE_EMAIL, leo.token, { password: PASSWORD, email: 'LEO@mail.test' })).toBeUndefined()
  })
})
