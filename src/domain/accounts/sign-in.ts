import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { refuse } from '../../refusals.ts'
import type { AccessTokens } from './access-tokens.ts'
import { checkPassword } from './passwords.ts'
import { openSession, type SignedIn, signIn } from './sessions.ts'

export interface SessionContext {
  database: Reader & Writer
  tokens: AccessTokens
}

const accountForLogin = statement<{ id: number; password: string | null }>(
  'accounts.account-for-login',
  `select id, password from users
   where (lower(username) = lower($1) or lower(email) = lower($1)) and closed_at is null and suspended_at is null
   order by lower(username) = lower($1) desc limit 1`,
)

/**
 * Opens a session for a name or an address and its password. An unknown name takes the same work and gives the same answer as a wrong
 * password; so does a suspended account.
 * @throws UNAUTHENTICATED
 */
export async function signInWithPassword(ctx: SessionContext, login: { username: string; password: string }): Promise<SignedIn> {
  const account = mayBeLogin(login.username) ? await firstRow(ctx.database, accountForLogin, [login.username]) : undefined
  const matches = await checkPassword(login.password, account?.password)
  if (!account || !matches) throw refuse('auth.login-wrong')
  return signIn(ctx.tokens, await ctx.database.transaction((tx) => openSession(tx, account.id)))
}

// PostgreSQL's text holds no U+0000; no account has such a name, so it is not asked.
function mayBeLogin(username: string): boolean {
  return !username.includes('\0') && username.isWellFormed()
}
