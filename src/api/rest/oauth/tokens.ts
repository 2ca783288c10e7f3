import OAuth2Server from '@node-oauth/oauth2-server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { findToken, revokeToken } from '../../../domain/apps/app-tokens.ts'
import { type App, findApp } from '../../../domain/apps/find-app.ts'
import { networkKey } from '../../rate-limit-keys.ts'
import type { RestPlatform } from '../rest-platform.ts'
import { documented } from './documented.ts'
import { askedOf } from './oauth-http.ts'

const tokenShape = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  scope: z.string(),
  created_at: z.number().int(),
  refresh_token: z.string().optional(),
})
const clientFields = { client_id: z.string().optional(), client_secret: z.string().optional() }

const TOKEN = documented({
  summary: 'Gives an app a token, for a code, for a refresh token, or of its own.',
  body: z.object({
    grant_type: z.enum(['authorization_code', 'refresh_token', 'client_credentials']),
    ...clientFields,
    code: z.string().optional(),
    redirect_uri: z.string().optional(),
    code_verifier: z.string().optional(),
    refresh_token: z.string().optional(),
    scope: z.string().optional(),
  }),
  answer: tokenShape,
})
const REVOKE = documented({
  summary: 'Ends a token of the app, and with it all that its user let it do.',
  body: z.object({ token: z.string(), ...clientFields }),
  answer: z.object({}),
})

/** Lets apps have tokens and end them. What is refused is answered as RFC 6749 has it. */
export function registerTokens(rest: FastifyInstance, platform: RestPlatform, oauth: OAuth2Server): void {
  rest.post('/oauth/token', TOKEN, async (request, reply) => {
    await platform.limits.count('logins', [networkKey(request.ip)])
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
    const token = await oauth.token(askedOf(request), new OAuth2Server.Response())
    const saved = await findToken(platform.database, token.accessToken)
    return reply.send({
      access_token: token.accessToken,
      token_type: 'Bearer',
      scope: (token.scope ?? []).join(' '),
      created_at: Math.floor((saved?.createdAt.getTime() ?? 0) / 1000),
      ...(token.refreshToken !== undefined && { refresh_token: token.refreshToken }),
    })
  })

  // RFC 7009: a token that is not there is revoked already.
  rest.post('/oauth/revoke', REVOKE, async (request, reply) => {
    await platform.limits.count('logins', [networkKey(request.ip)])
    const app = await appOf(request, platform)
    const { token } = (request.body ?? {}) as { token?: unknown }
    if (!app) throw new OAuth2Server.InvalidClientError('Invalid client: client credentials are invalid')
    if (typeof token !== 'string') throw new OAuth2Server.InvalidRequestError('Missing parameter: `token`')
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
