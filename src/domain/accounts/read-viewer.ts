import { type Reader, statement } from '../../platform/database/statement.ts'
import { gather } from '../../platform/gather.ts'
import type { AccessTokens, TokenClaims } from './access-tokens.ts'

/** The signed-in user of a request. */
export interface Viewer {
  id: number
  role: 'user' | 'admin'
  sessionId: string
  /** Of whom they hear: follow, block and mute raise it. */
  version: number
  /** Changed anything within the last seconds: they read what they see from the primary. */
  wroteRecently: boolean
}

/** A writer sees their own write at once. Longer than a transaction and a pulse together. */
const WROTE_RECENTLY_SECONDS = 7

const VIEWERS_AT_ONCE_MAX = 500

interface ViewerRow {
  place: number
  role: Viewer['role']
  version: number
  wroteRecently: boolean
}

// Lists come as one text each: an array would be quoted element by element.
const viewersOfSessions = statement<ViewerRow>(
  'accounts.viewers-of-sessions',
  `select asked.place::int as place, u.role, coalesce(v.version, 0) as version,
     coalesce(v.wrote_at > now() - interval '${WROTE_RECENTLY_SECONDS} seconds', false) as "wroteRecently"
   from unnest(string_to_array($1, ',')::uuid[], string_to_array($2, ',')::int[]) with ordinality as asked (session_id, user_id, place)
     join sessions s on s.id = asked.session_id and s.user_id = asked.user_id and s.ended_at is null and s.expires_at > now()
     join users u on u.id = s.user_id and u.suspended_at is null and u.closed_at is null
     left join viewers v on v.user_id = u.id`,
)

async function readViewers(reader: Reader, claims: readonly TokenClaims[]): Promise<(Viewer | undefined)[]> {
  const [sessions, users] = [claims.map(({ sessionId }) => sessionId).join(), claims.map(({ userId }) => userId).join()]
  const viewers = new Array<Viewer | undefined>(claims.length).fill(undefined)
  for (const { place, role, version, wroteRecently } of await reader.rows(viewersOfSessions, [sessions, users])) {
    const asked = claims[place - 1]
    if (asked) viewers[place - 1] = { id: asked.userId, role, sessionId: asked.sessionId, version, wroteRecently }
  }
  return viewers
}

/** Requests that come at once share a statement: this is read with every one of them. */
const gathered = new WeakMap<Reader, (claims: TokenClaims) => Promise<Viewer | undefined>>()

/**
 * Whose token this is, read from the database with each request: an ended session, a closed or suspended account end the token at
 * once. Undefined for a token that is not valid (any more).
 */
export async function readViewer(reader: Reader, tokens: AccessTokens, token: string): Promise<Viewer | undefined> {
  const claims = await tokens.read(token)
  return claims && readViewerOfSession(reader, claims)
}

/** Whose session this is, as `readViewer`, for a token that was read before. */
export function readViewerOfSession(reader: Reader, claims: TokenClaims): Promise<Viewer | undefined> {
  let read = gathered.get(reader)
  if (!read) {
    read = gather((asked) => readViewers(reader, asked), VIEWERS_AT_ONCE_MAX)
    gathered.set(reader, read)
  }
  return read(claims)
}
