import { firstRow, type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import type { AccessTokens } from './access-tokens.ts'
import { accountSignedUp } from './account-facts.ts'
import { acceptEmail, acceptNewPassword, acceptUsername } from './account-rules.ts'
import { hashPassword } from './passwords.ts'
import { openSession, type SignedIn, signIn } from './sessions.ts'

export interface SignUp {
  username: string
  email: string
  password: string
}

export interface SignUpContext {
  database: Reader & Writer
  tokens: AccessTokens
  production: boolean
}

/**
 * Signs a new user up and in. The name and the address are unique without regard to case.
 * @throws BAD_USER_INPUT, CONFLICT (`username` before `email`)
 */
export async function signUp(ctx: SignUpContext, { username, email, password }: SignUp): Promise<SignedIn> {
  acceptUsername(username)
  acceptEmail(email)
  acceptNewPassword(password, 'password', ctx.production)
  const hash = await hashPassword(password)
  const opened = await ctx.database.transaction(async (tx) => {
    const userId = await insertAccount(tx, { username, email, passwordHash: hash, role: 'user' })
    return openSession(tx, userId)
  })
  return signIn(ctx.tokens, opened)
}

export interface NewAccount {
  username: string
  email: string
  passwordHash: string | null
  role: 'user' | 'admin'
}

const insertUser = statement<{ id: number }>(
  'accounts.insert-user',
  `insert into users (username, email, password, role) values ($1, $2, $3, $4) on conflict do nothing returning id`,
)

/** Inserts an account whose words were accepted before, and announces it. @throws CONFLICT (`username` before `email`) */
export async function insertAccount(tx: Tx, { username, email, passwordHash, role }: NewAccount): Promise<number> {
  const user = await firstRow(tx, insertUser, [username, email, passwordHash, role])
  if (!user) throw await takenRefusal(tx, username)
  await announce(tx, accountSignedUp, { userId: user.id })
  return user.id
}

const usernameIsTaken = statement<{ taken: boolean }>(
  'accounts.username-is-taken',
  `select exists (select from users where lower(username) = lower($1) and closed_at is null) as taken`,
)

async function takenRefusal(reader: Reader, username: string): Promise<Error> {
  const row = await firstRow(reader, usernameIsTaken, [username])
  return row?.taken ? refuse('account.username-taken', { field: 'username' }) : refuse('account.email-taken', { field: 'email' })
}
