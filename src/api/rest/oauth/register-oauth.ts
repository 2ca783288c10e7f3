import OAuth2Server from '@node-oauth/oauth2-server'
import type { FastifyInstance } from 'fastify'
import { SCOPES } from '../../../domain/apps/app-rules.ts'
import type { RestPlatform } from '../rest-platform.ts'
import { registerAuthorize } from './authorize.ts'
import { oauthModel } from './oauth-model.ts'
import { registerTokens } from './tokens.ts'

/**
 * Serves OAuth 2: /oauth/authorize, where users sign in and agree, /oauth/token and /oauth/revoke for apps, and the metadata of RFC 8414. No
 * grant takes a password: only Nexus itself asks for one.
 */
export async function registerOauth(rest: FastifyInstance, platform: RestPlatform): Promise<void> {
  const oauth = new OAuth2Server({
    model: oauthModel(platform.database),
    alwaysIssueNewRefreshToken: true,
  })
  registerAuthorize(rest, platform)
  registerTokens(rest, platform, oauth)
  const metadata = metadataOf(platform.publicUrl)
  rest.get('/.well-known/oauth-authorization-server', { schema: { hide: true } }, (_request, reply) => reply.send(metadata))
}

function metadataOf(issuer: string) {
  return {
    issuer,
    service_documentation: `${issuer}/docs/`,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    app_registration_endpoint: `${issuer}/api/v1/apps`,
    scopes_supported: SCOPES,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'client_credentials', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    code_challenge_methods_supported: ['S256'],
  }
}
