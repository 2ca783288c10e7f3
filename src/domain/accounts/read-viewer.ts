import { gather } from '../../platform/database/gather.ts'
import { type Reader, statement } from '../../platform/database/statement.ts'
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

const VIEWERS_AT_ONCE_MAX = 100

const viewersOfSessions = statement<Viewer & { place: number }>(
  'accounts.viewers-of-sessions',
  `select asked.place::int as place, u.id, u.role, s.id as "sessionId", coalesce(v.version, 0) as version,
     coalesce(v.wrote_at > now() - interval '${WROTE_RECENTLY_SECONDS} seconds', false) as "wroteRecently"
   from unnest($1::uuid[], $2::int[]) with ordinality as asked (session_id, user_id, place)
     join sessions s on s.id = asked.session_id and s.user_id = asked.user_id and s.ended_at is null and s.expires_at > now()
     join users u on u.id = s.user_id and u.suspended_at is null and u.closed_at is null
     left join viewers v on v.user_id = u.id`,
)

async function readViewers(reader: Reader, claims: readonly TokenClaims[]): Promise<(Viewer | undefined)[]> {
  const rows = await reader.rows(viewersOfSessions, [claims.map(({ sessionId }) => sessionId), claims.map(({ userId }) => userId)])
  const byPlace = new Map(rows.map(({ place, ...viewer }) => [place, viewer]))
  return claims.map((_, index) => byPlace.get(index + 1))
}

/** Requests of one turn share a statement: this is read with every one of them. */
const gathered = new WeakMap<Reader, (claims: TokenClaims) => Promise<Viewer | undefined>>()

/**
 * Whose token this is, read from the database with each request: an ended session, a closed or suspended account end the token at
 * once. Undefined for a token that is not valid (any more).
 */
export async function readViewer(reader: Reader, tokens: AccessTokens, token: string): Promise<Viewer | undefined> {
  const claims = await tokens.read(token)
  if (!claims) return undefined
  let read = gathered.get(reader)
  if (!read) {
    read = gather((asked) => readViewers(reader, asked), VIEWERS_AT_ONCE_MAX)
    gathered.set(reader, read)
  }
  return read(claims)
}
