import { firstRow, type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { hashSecretToken } from '../accounts/secret-tokens.ts'
import { endSessions } from '../accounts/sessions.ts'

/** What is saved when tokens are given out. Both are secrets by themselves. */
export interface GivenTokens {
  accessToken: string
  refreshToken: string | undefined
  scopes: readonly string[]
}

const openAppSession = statement<{ id: string }>(
  'apps.open-session',
  `insert into sessions (user_id, app_id, expires_at) values ($1, $2, 'infinity') returning id`,
)
const bindCode = statement<never>('apps.bind-code', 'update app_codes set session_id = $2 where hash = $1')
const insertToken = statement<never>(
  'apps.save-token',
  'insert into app_tokens (hash, kind, app_id, session_id, scopes) values ($1, $2, $3, $4, $5)',
)

/** Begins what a user lets an app do: a session of theirs, with its first tokens. `code` is what it was begun by. */
export async function beginGrant(
  database: Writer,
  { appId, userId, code }: { appId: number; userId: number; code: string },
  given: GivenTokens,
): Promise<void> {
  await database.transaction(async (tx) => {
    const session = await firstRow(tx, openAppSession, [userId, appId])
    if (!session) throw new Error('a session was not inserted')
    await tx.rows(bindCode, [hashSecretToken(code), session.id])
    await saveTokens(tx, appId, session.id, given)
  })
}

/** A token of the app's own, which is nobody's. */
export async function saveOwnToken(database: Writer, appId: number, given: GivenTokens): Promise<void> {
  await database.transaction((tx) => saveTokens(tx, appId, null, { ...given, refreshToken: undefined }))
}

async function saveTokens(tx: Tx, appId: number, sessionId: string | null, { accessToken, refreshToken, scopes }: GivenTokens) {
  await tx.rows(insertToken, [hashSecretToken(accessToken), 'access', appId, sessionId, scopes])
  if (refreshToken !== undefined) await tx.rows(insertToken, [hashSecretToken(refreshToken), 'refresh', appId, sessionId, scopes])
}

export interface SavedToken {
  kind: 'access' | 'refresh'
  appId: number
  userId: number | null
  sessionId: string | null
  scopes: string[]
  createdAt: Date
  used: boolean
}

const tokenByHash = statement<SavedToken>(
  'apps.token-by-hash',
  `select t.kind, t.app_id as "appId", s.user_id as "userId", t.session_id as "sessionId", t.scopes, t.created_at as "createdAt",
     t.used_at is not null as used
   from app_tokens t left join sessions s on s.id = t.session_id where t.hash = $1 and s.ended_at is null`,
)

/** A token whose session has not ended. */
export function findToken(reader: Reader, token: string): Promise<SavedToken | undefined> {
  return firstRow(reader, tokenByHash, [hashSecretToken(token)])
}

const useRefreshToken = statement<{ sessionId: string }>(
  'apps.use-refresh-token',
  `update app_tokens set used_at = now() where hash = $1 and kind = 'refresh' and used_at is null returning session_id as "sessionId"`,
)
const deleteAccessTokens = statement<never>('apps.delete-access-tokens', `delete from app_tokens where session_id = $1 and kind = 'access'`)

/** Uses a refresh token up. False when it was used before: then its session ends. */
export async function rotateToken(database: Writer, token: string, { userId, sessionId }: SavedToken): Promise<boolean> {
  return database.transaction(async (tx) => {
    if (await firstRow(tx, useRefreshToken, [hashSecretToken(token)])) {
      await tx.rows(deleteAccessTokens, [sessionId])
      return true
    }
    if (userId !== null && sessionId !== null) await endSessions(tx, userId, sessionId)
    return false
  })
}

/** Goes on with a session under new tokens. */
export async function continueGrant(database: Writer, { appId, sessionId }: SavedToken, given: GivenTokens): Promise<void> {
  await database.transaction((tx) => saveTokens(tx, appId, sessionId, given))
}

const deleteOwnToken = statement<never>(
  'apps.delete-own-token',
  'delete from app_tokens where hash = $1 and app_id = $2 and session_id is null',
)

/** Ends a token of this app, and with a user's token all that it was let do. A token of another app, or of none, is left alone. */
export async function revokeToken(database: Reader & Writer, appId: number, token: string): Promise<void> {
  const saved = await findToken(database, token)
  if (saved?.appId !== appId) return
  await database.transaction(async (tx) => {
    if (saved.userId !== null && saved.sessionId !== null) await endSessions(tx, saved.userId, saved.sessionId)
    else await tx.rows(deleteOwnToken, [hashSecretToken(token), appId])
  })
}
