import { firstRow, statement, type Tx } from '../../platform/database/statement.ts'
import { refuse } from '../../refusals.ts'
import { hashSecretToken } from './secret-tokens.ts'
import { addRefreshToken, endSessions, type OpenedSession, SESSION_DAYS, type SignedIn, signIn } from './sessions.ts'
import type { SessionContext } from './sign-in.ts'

const lockRefreshToken = statement<{ userId: number; sessionId: string; used: boolean }>(
  'accounts.lock-refresh-token',
  `select s.user_id as "userId", s.id as "sessionId", r.used_at is not null as used
   from refresh_tokens r join sessions s on s.id = r.session_id join users u on u.id = s.user_id
   where r.hash = $1 and s.ended_at is null and s.expires_at > now() and u.closed_at is null and u.suspended_at is null
   for update of r, s`,
)
const useRefreshToken = statement<never>('accounts.use-refresh-token', 'update refresh_tokens set used_at = now() where hash = $1')
const prolongSession = statement<never>(
  'accounts.prolong-session',
  'update sessions set refreshed_at = now(), expires_at = now() + make_interval(days => $2) where id = $1',
)

/**
 * Gives a new pair of tokens for a refresh token, which then stops working. One that is used again was copied by somebody: the whole
 * session ends, for the thief and for the owner.
 * @throws UNAUTHENTICATED
 */
export async function refreshSession(ctx: SessionContext, refreshToken: string): Promise<SignedIn> {
  const opened = await ctx.database.transaction((tx) => rotate(tx, refreshToken))
  if (!opened) throw refuse('auth.refresh-wrong')
  return signIn(ctx.tokens, opened)
}

async function rotate(tx: Tx, refreshToken: string): Promise<OpenedSession | undefined> {
  const hash = hashSecretToken(refreshToken)
  const found = await firstRow(tx, lockRefreshToken, [hash])
  if (!found) return undefined
  const { userId, sessionId, used } = found
  if (used) {
    await endSessions(tx, userId, sessionId) // committed, and refused to the caller afterwards
    return undefined
  }
  await tx.rows(useRefreshToken, [hash])
  await tx.rows(prolongSession, [sessionId, SESSION_DAYS])
  return { userId, sessionId, refreshToken: await addRefreshToken(tx, sessionId) }
}
