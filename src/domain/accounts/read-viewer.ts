import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import type { AccessTokens } from './access-tokens.ts'

/** The signed-in user of a request. */
export interface Viewer {
  id: number
  role: 'user' | 'admin'
  sessionId: string
  /** Of whom they hear: follow, block and mute raise it. */
  version: number
  /** Wrote a post or a share within the last seconds: they read their own from the primary. */
  wroteRecently: boolean
}

/** A writer sees their own write at once. Longer than a transaction and a pulse together. */
const WROTE_RECENTLY_SECONDS = 7

const viewerOfSession = statement<Viewer>(
  'accounts.viewer-of-session',
  `select u.id, u.role, s.id as "sessionId", coalesce(v.version, 0) as version,
     coalesce(v.wrote_at > now() - interval '${WROTE_RECENTLY_SECONDS} seconds', false) as "wroteRecently"
   from sessions s join users u on u.id = s.user_id left join viewers v on v.user_id = u.id
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
