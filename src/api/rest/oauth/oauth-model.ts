import type OAuth2Server from '@node-oauth/oauth2-server'
import { makeSecretToken } from '../../../domain/accounts/secret-tokens.ts'
import { covers, parseScopes } from '../../../domain/apps/app-rules.ts'
import { beginGrant, continueGrant, findToken, rotateToken, type SavedToken, saveOwnToken } from '../../../domain/apps/app-tokens.ts'
import { findCode, useCode } from '../../../domain/apps/authorization-codes.ts'
import { type App, findApp, readApp } from '../../../domain/apps/find-app.ts'
import type { Reader, Writer } from '../../../platform/database/statement.ts'

const GRANTS = ['authorization_code', 'client_credentials', 'refresh_token']

type Client = OAuth2Server.Client & { app: App }
/** The user of a grant; an app's own token has none. `begunBy` is the code or the token that goes on here. */
type GrantUser = { id: number | null; begunBy?: string | SavedToken }

/**
 * What the grants of OAuth 2 (RFC 6749, PKCE of RFC 7636) stand on, as their library asks for it. The library judges requests; what is
 * true is the domain's.
 */
export function oauthModel(
  database: Reader & Writer,
): OAuth2Server.AuthorizationCodeModel & OAuth2Server.RefreshTokenModel & OAuth2Server.ClientCredentialsModel {
  return {
    generateAccessToken: async () => makeSecretToken(),
    generateRefreshToken: async () => makeSecretToken(),

    getClient: async (clientId, secret) => {
      const app = await findApp(database, clientId, secret ?? null)
      return app && clientOf(app)
    },
    validateScope: async (_user, client, asked) => {
      const scopes = asked?.length ? asked : parseScopes(undefined)
      return scopes?.every((scope) => covers((client as Client).app.scopes, scope)) ? scopes : false
    },

    // Codes are made where their user agrees: authorize.ts.
    saveAuthorizationCode: async () => false,
    getAuthorizationCode: async (authorizationCode) => {
      const code = await findCode(database, authorizationCode)
      const app = code && (await readApp(database, code.appId))
      if (!code || !app) return false
      const challenge = code.challenge === null ? {} : { codeChallenge: code.challenge, codeChallengeMethod: 'S256' }
      const user: GrantUser = { id: code.userId, begunBy: authorizationCode }
      const { redirectUri, scopes, expiresAt } = code
      return { authorizationCode, expiresAt, redirectUri, scope: scopes, client: clientOf(app), user, ...challenge }
    },
    revokeAuthorizationCode: ({ authorizationCode }) => useCode(database, authorizationCode),

    getUserFromClient: async () => ({ id: null }) satisfies GrantUser,
    getRefreshToken: async (refreshToken) => {
      const saved = await findToken(database, refreshToken)
      const app = saved && (await readApp(database, saved.appId))
      if (saved?.kind !== 'refresh' || !app) return false
      return { refreshToken, scope: saved.scopes, client: clientOf(app), user: { id: saved.userId, begunBy: saved } satisfies GrantUser }
    },
    revokeToken: async ({ refreshToken, user }) => {
      return typeof user.begunBy === 'object' && rotateToken(database, refreshToken, user.begunBy as SavedToken)
    },

    saveToken: async (token, client, user) => {
      const { id, begunBy } = user as GrantUser
      const appId = Number(client.id)
      const given = { accessToken: token.accessToken, refreshToken: token.refreshToken, scopes: token.scope ?? [] }
      if (id === null) await saveOwnToken(database, appId, given)
      else if (typeof begunBy === 'string') await beginGrant(database, { appId, userId: id, code: begunBy }, given)
      else if (begunBy) await continueGrant(database, begunBy, given)
      return { ...token, client, user }
    },
    // Tokens are read by rest-caller.ts, not here.
    getAccessToken: async () => false,
  }
}

function clientOf(app: App): Client {
  return { id: String(app.id), grants: GRANTS, redirectUris: app.redirectUris, app }
}
