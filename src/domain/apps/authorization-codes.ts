import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import type { ConfirmedPassword } from '../accounts/confirm-password.ts'
import { hashSecretToken } from '../accounts/secret-tokens.ts'
import { endSessions } from '../accounts/sessions.ts'

const CODE_SECONDS = 600

export interface AuthorizationCode {
  appId: number
  userId: number
  redirectUri: string
  scopes: string[]
  /** Of PKCE, by S256; null when the app sent none. */
  challenge: string | null
  expiresAt: Date
}

const insertCode = statement<never>(
  'apps.save-code',
  `insert into app_codes (hash, app_id, user_id, redirect_uri, scopes, challenge, password, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => ${CODE_SECONDS}))`,
)
const codeByHash = statement<AuthorizationCode>(
  'apps.code-by-hash',
  `select c.app_id as "appId", c.user_id as "userId", c.redirect_uri as "redirectUri", c.scopes, c.challenge, c.expires_at as "expiresAt"
   from app_codes c join users u on u.id = c.user_id and u.password = c.password and u.suspended_at is null and u.closed_at is null
   where c.hash = $1`,
)
const useCodeStatement = statement<{ used: boolean }>(
  'apps.use-code',
  'update app_codes set used_at = now() where hash = $1 and used_at is null returning true as used',
)
const sessionOfCode = statement<{ userId: number; sessionId: string | null }>(
  'apps.session-of-code',
  'select user_id as "userId", session_id as "sessionId" from app_codes where hash = $1',
)

/** A code that the user of a confirmed password has agreed to. */
export type GivenCode = Omit<AuthorizationCode, 'expiresAt' | 'userId'> & { by: ConfirmedPassword }

export async function saveCode(database: Writer, code: string, { appId, by, redirectUri, scopes, challenge }: GivenCode): Promise<void> {
  const values = [hashSecretToken(code), appId, by.userId, redirectUri, scopes, challenge, by.hash]
  await database.transaction((tx) => tx.rows(insertCode, values))
}

/** The code as it was saved, used or not, old or not; undefined where its user has another password since, is suspended or gone. */
export function findCode(reader: Reader, code: string): Promise<AuthorizationCode | undefined> {
  return firstRow(reader, codeByHash, [hashSecretToken(code)])
}

/** Uses a code up. False when it was used before: then the session that it began ends, since one of the two who have it stole it. */
export async function useCode(database: Writer, code: string): Promise<boolean> {
  return database.transaction(async (tx) => {
    if (await firstRow(tx, useCodeStatement, [hashSecretToken(code)])) return true
    const begun = await firstRow(tx, sessionOfCode, [hashSecretToken(code)])
    if (begun?.sessionId) await endSessions(tx, begun.userId, begun.sessionId)
    return false
  })
}
