import { type Reader, statement } from '../../platform/database/statement.ts'
import { gather } from '../../platform/gather.ts'
import type { Viewer } from '../accounts/read-viewer.ts'
import { hashSecretToken } from '../accounts/secret-tokens.ts'

/** Who calls by the token of an app. */
export interface AppCaller {
  appId: number
  scopes: string[]
  /** Undefined for the app's own token. */
  viewer: Viewer | undefined
}

const WROTE_RECENTLY_SECONDS = 7
const CALLERS_AT_ONCE_MAX = 100

interface CallerRow {
  place: number
  appId: number
  scopes: string[]
  id: number | null
  role: Viewer['role']
  sessionId: string
  version: number
  wroteRecently: boolean
}

const callersOfTokens = statement<CallerRow>(
  'apps.callers-of-tokens',
  `select asked.place::int as place, t.app_id as "appId", t.scopes, u.id, u.role, s.id as "sessionId", coalesce(v.version, 0) as version,
     coalesce(v.wrote_at > now() - interval '${WROTE_RECENTLY_SECONDS} seconds', false) as "wroteRecently"
   from unnest($1::bytea[]) with ordinality as asked (hash, place)
     join app_tokens t on t.hash = asked.hash and t.kind = 'access'
     left join sessions s on s.id = t.session_id and s.ended_at is null
     left join users u on u.id = s.user_id and u.suspended_at is null and u.closed_at is null
     left join viewers v on v.user_id = u.id
   where t.session_id is null or u.id is not null`,
)

async function readCallers(reader: Reader, hashes: readonly Buffer[]): Promise<(AppCaller | undefined)[]> {
  const byPlace = new Map((await reader.rows(callersOfTokens, [hashes])).map((row) => [row.place, row]))
  return hashes.map((_, index) => {
    const row = byPlace.get(index + 1)
    return row && { appId: row.appId, scopes: row.scopes, viewer: viewerOf(row) }
  })
}

function viewerOf({ id, role, sessionId, version, wroteRecently }: CallerRow): Viewer | undefined {
  return id === null ? undefined : { id, role, sessionId, version, wroteRecently }
}

const gathered = new WeakMap<Reader, (hash: Buffer) => Promise<AppCaller | undefined>>()

/** Who calls by this token, read with each request as `readViewer` reads sessions. Undefined for a token that is not valid (any more). */
export function readAppCaller(reader: Reader, token: string): Promise<AppCaller | undefined> {
  let read = gathered.get(reader)
  if (!read) {
    read = gather((hashes) => readCallers(reader, hashes), CALLERS_AT_ONCE_MAX)
    gathered.set(reader, read)
  }
  return read(hashSecretToken(token))
}
