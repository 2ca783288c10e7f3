import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { refuse } from '../../refusals.ts'
import type { AccessTokens } from './access-tokens.ts'
import { type ConfirmedPassword, stillStands } from './confirm-password.ts'
import { checkPassword } from './passwords.ts'
import { openSession, type SignedIn, signIn } from './sessions.ts'

export interface SessionContext {
  database: Reader & Writer
  tokens: AccessTokens
}

export interface Login {
  username: string
  password: string
}

const accountForLogin = statement<{ id: number; password: string | null }>(
  'accounts.account-for-login',
  `select id, password from users
   where (lower(username) = lower($1) or lower(email) = lower($1)) and closed_at is null and suspended_at is null
   order by lower(username) = lower($1) desc limit 1`,
)

/**
 * Opens a session for a name or an address and its password.
 * @throws UNAUTHENTICATED as `confirmLogin`
 */
export async function signInWithPassword(ctx: SessionContext, login: Login): Promise<SignedIn> {
  const confirmed = await confirmLogin(ctx.database, login)
  const opened = await ctx.database.transaction(async (tx) => {
    // It was changed while it was being checked, and all sessions were ended: this one does not begin.
    if (!(await stillStands(tx, confirmed))) throw refuse('auth.login-wrong')
    return openSession(tx, confirmed.userId)
  })
  return signIn(ctx.tokens, opened)
}

/**
 * Whose name or address, and password, this is. An unknown name takes the same work and gives the same answer as a wrong password; so does a
 * suspended account.
 * @throws UNAUTHENTICATED
 */
export async function confirmLogin(reader: Reader, { username, password }: Login): Promise<ConfirmedPassword> {
  const account = mayBeLogin(username) ? await firstRow(reader, accountForLogin, [username]) : undefined
  const hash = account?.password
  const matches = await checkPassword(password, hash)
  if (!account || !hash || !matches) throw refuse('auth.login-wrong')
  return { userId: account.id, hash }
}

// PostgreSQL's text holds no U+0000; no account has such a name, so it is not asked.
function mayBeLogin(username: string): boolean {
  return !username.includes('\0') && username.isWellFormed()
}
