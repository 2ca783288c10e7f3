import { firstRow, statement, type Writer } from '../../platform/database/statement.ts'
import { hashSecretToken, makeSecretToken } from '../accounts/secret-tokens.ts'
import { acceptApp, type NewApp } from './app-rules.ts'

/** What the app is told once: its secret is stored as a hash. */
export interface RegisteredApp {
  id: number
  clientId: string
  clientSecret: string
  name: string
  website: string | null
  redirectUris: readonly string[]
  scopes: readonly string[]
}

const insertApp = statement<{ id: number }>(
  'apps.register',
  'insert into apps (client_id, secret_hash, name, website, redirect_uris, scopes) values ($1, $2, $3, $4, $5, $6) returning id',
)

/** Makes an app known. Anybody may: what it may do for a user is the user's to say. @throws BAD_USER_INPUT */
export async function registerApp(database: Writer, given: NewApp): Promise<RegisteredApp> {
  const app = acceptApp(given)
  const [clientId, clientSecret] = [makeSecretToken(), makeSecretToken()]
  const values = [clientId, hashSecretToken(clientSecret), app.name, app.website, app.redirectUris, app.scopes]
  const row = await database.transaction((tx) => firstRow(tx, insertApp, values))
  if (!row) throw new Error('an app was not inserted')
  return { id: row.id, clientId, clientSecret, ...app }
}
