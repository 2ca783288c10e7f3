import { statement, type Tx } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import type { AccessTokens } from './access-tokens.ts'
import { sessionEnded } from './account-facts.ts'
import { hashSecretToken, makeSecretToken } from './secret-tokens.ts'

/** A session ends by itself when it was not refreshed for so long. */
export const SESSION_DAYS = 60

export interface OpenedSession {
  userId: number
  sessionId: string
  refreshToken: string
}

/** What a client is given when it has signed in. `token` goes into the Authorization header, `refreshToken` into the next refreshToken. */
export interface SignedIn {
  userId: number
  sessionId: string
  token: string
  refreshToken: string
}

const insertSession = statement<{ id: string }>(
  'accounts.open-session',
  `insert into sessions (user_id, expires_at) values ($1, now() + make_interval(days => $2)) returning id`,
)
const insertRefreshToken = statement<never>('accounts.add-refresh-token', 'insert into refresh_tokens (hash, session_id) values ($1, $2)')

export async function openSession(tx: Tx, userId: number): Promise<OpenedSession> {
  const [session] = await tx.rows(insertSession, [userId, SESSION_DAYS])
  if (!session) throw new Error('a session was not inserted')
  return { userId, sessionId: session.id, refreshToken: await addRefreshToken(tx, session.id) }
}

export async function addRefreshToken(tx: Tx, sessionId: string): Promise<string> {
  const refreshToken = makeSecretToken()
  await tx.rows(insertRefreshToken, [hashSecretToken(refreshToken), sessionId])
  return refreshToken
}

/** Signs the access token of a session, after the commit: a token never names a session that was rolled back. */
export async function signIn(tokens: AccessTokens, opened: OpenedSession): Promise<SignedIn> {
  const { userId, sessionId, refreshToken } = opened
  return { userId, sessionId, refreshToken, token: await tokens.issue({ userId, sessionId }) }
}

const endSessionsStatement = statement<never>(
  'accounts.end-sessions',
  `update sessions set ended_at = now() where user_id = $1 and ended_at is null and ($2::uuid is null or id = $2)`,
)

/** Ends one session of a user, or all of them when `sessionId` is null. Their access tokens end with them, at once. */
export async function endSessions(tx: Tx, userId: number, sessionId: string | null): Promise<void> {
  await tx.rows(endSessionsStatement, [userId, sessionId])
  await announce(tx, sessionEnded, { userId, sessionId })
}
