import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import type { AccessTokens } from './access-tokens.ts'

/** The signed-in user of a request. */
export interface Viewer {
  id: number
  role: 'user' | 'admin'
  sessionId: string
}

const viewerOfSession = statement<Viewer>(
  'accounts.viewer-of-session',
  `select u.id, u.role, s.id as "sessionId" from sessions s join users u on u.id = s.user_id
   where s.id = $1 and s.user_id = $2 and s.ended_at is null and s.expires_at > now() and u.suspended_at is null and u.closed_at is null`,
)

/**
 * Whose token this is, read from the database with each request: an ended session, a closed or suspended account end the token at
 * once. Undefined for a token that is not valid (any more).
 */
export async function readViewer(reader: Reader, tokens: AccessTokens, token: string): Promise<Viewer | undefined> {
  const claims = await tokens.read(token)
  return claims && firstRow(reader, viewerOfSession, [claims.sessionId, claims.userId])
}
