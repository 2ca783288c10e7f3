import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { refuse } from '../../refusals.ts'
import type { AccessTokens } from './access-tokens.ts'
import { stillStands } from './confirm-password.ts'
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
  const hash = account?.password
  const matches = await checkPassword(login.password, hash)
  if (!account || !hash || !matches) throw refuse('auth.login-wrong')
  const opened = await ctx.database.transaction(async (tx) => {
    // It was changed while it was being checked, and all sessions were ended: this one does not begin.
    if (!(await stillStands(tx, { userId: account.id, hash }))) throw refuse('auth.login-wrong')
    return openSession(tx, account.id)
  })
  return signIn(ctx.tokens, opened)
}

// PostgreSQL's text holds no U+0000; no account has such a name, so it is not asked.
function mayBeLogin(username: string): boolean {
  return !username.includes('\0') && username.isWellFormed()
}
