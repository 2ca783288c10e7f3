import { timingSafeEqual } from 'node:crypto'
import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import { hashSecretToken } from '../accounts/secret-tokens.ts'

export interface App {
  id: number
  clientId: string
  name: string
  website: string | null
  redirectUris: string[]
  scopes: string[]
}

const appByClientId = statement<App & { secretHash: Buffer }>(
  'apps.by-client-id',
  `select id, client_id as "clientId", secret_hash as "secretHash", name, website, redirect_uris as "redirectUris", scopes
   from apps where client_id = $1`,
)
const appById = statement<App>(
  'apps.by-id',
  `select id, client_id as "clientId", name, website, redirect_uris as "redirectUris", scopes from apps where id = $1`,
)

/** The app of a client id; with a secret only if it is the right one. */
export async function findApp(reader: Reader, clientId: string, secret: string | null): Promise<App | undefined> {
  if (clientId.includes('\0') || !clientId.isWellFormed()) return undefined
  const row = await firstRow(reader, appByClientId, [clientId])
  if (!row) return undefined
  const { secretHash, ...app } = row
  return secret === null || timingSafeEqual(secretHash, hashSecretToken(secret)) ? app : undefined
}

export function readApp(reader: Reader, id: number): Promise<App | undefined> {
  return firstRow(reader, appById, [id])
}
