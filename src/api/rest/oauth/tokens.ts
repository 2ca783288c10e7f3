import OAuth2Server from '@node-oauth/oauth2-server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { findToken, revokeToken } from '../../../domain/apps/app-tokens.ts'
import { type App, findApp } from '../../../domain/apps/find-app.ts'
import { networkKey } from '../../rate-limit-keys.ts'
import type { RestPlatform } from '../rest-platform.ts'
import { askedOf, sendOauthFailure } from './oauth-http.ts'

/** Lets apps have tokens and end them. What is refused is answered as RFC 6749 has it. */
export function registerTokens(rest: FastifyInstance, platform: RestPlatform, oauth: OAuth2Server): void {
  rest.post('/oauth/token', { schema: { hide: true } }, async (request, reply) => {
    await platform.limits.count('logins', [networkKey(request.ip)])
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
    try {
      const token = await oauth.token(askedOf(request), new OAuth2Server.Response())
      const saved = await findToken(platform.database, token.accessToken)
      return reply.send({
        access_token: token.accessToken,
        token_type: 'Bearer',
        scope: (token.scope ?? []).join(' '),
        created_at: Math.floor((saved?.createdAt.getTime() ?? 0) / 1000),
        ...(token.refreshToken !== undefined && { refresh_token: token.refreshToken }),
      })
    } catch (failure) {
      return sendOauthFailure(failure, reply)
    }
  })

  // RFC 7009: a token that is not there is revoked already.
  rest.post('/oauth/revoke', { schema: { hide: true } }, async (request, reply) => {
    await platform.limits.count('logins', [networkKey(request.ip)])
    const app = await appOf(request, platform)
    const { token } = (request.body ?? {}) as { token?: unknown }
    if (!app) return sendOauthFailure(new OAuth2Server.InvalidClientError('Invalid client: client credentials are invalid'), reply)
    if (typeof token !== 'string') return sendOauthFailure(new OAuth2Server.InvalidRequestError('Missing parameter: `token`'), reply)
    await revokeToken(platform.database, app.id, token)
    return reply.send({})
  })
}

async function appOf(request: FastifyRequest, { database }: RestPlatform): Promise<App | undefined> {
  const body = (request.body ?? {}) as Record<string, unknown>
  const basic = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const [id, secret] = basic ? splitBasic(basic) : [body.client_id, body.client_secret]
  return typeof id === 'string' && typeof secret === 'string' ? findApp(database, id, secret) : undefined
}

function splitBasic(basic: string): string[] {
  const text = Buffer.from(basic, 'base64').toString()
  const at = text.indexOf(':')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
