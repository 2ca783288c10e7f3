import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ConfirmedPassword } from '../../../domain/accounts/confirm-password.ts'
import { makeSecretToken } from '../../../domain/accounts/secret-tokens.ts'
import { confirmLogin } from '../../../domain/accounts/sign-in.ts'
import { covers, OUT_OF_BAND, parseScopes } from '../../../domain/apps/app-rules.ts'
import { saveCode } from '../../../domain/apps/authorization-codes.ts'
import { findApp } from '../../../domain/apps/find-app.ts'
import { Refusal } from '../../../refusals.ts'
import { nameKey, networkKey } from '../../rate-limit-keys.ts'
import type { RestPlatform } from '../rest-platform.ts'
import { type AskedConsent, codePage, consentPage, refusedPage, sendPage } from './authorize-pages.ts'
import { stringsOf } from './oauth-http.ts'

/**
 * Where a user says that an app may act for them. They sign in with each consent: no cookie is set, so that no other site can make
 * somebody's browser agree to anything.
 */
export function registerAuthorize(rest: FastifyInstance, platform: RestPlatform): void {
  rest.get('/oauth/authorize', { schema: { hide: true } }, async (request, reply) => {
    const asked = await judge(platform, stringsOf(request.query))
    if (typeof asked === 'string') return sendPage(reply, refusedPage(asked), 400)
    return sendPage(reply, consentPage(asked), 200, asked.redirectUri)
  })

  rest.post('/oauth/authorize', { schema: { hide: true } }, async (request, reply) => {
    const parameters = stringsOf(request.body)
    const asked = await judge(platform, parameters)
    if (typeof asked === 'string') return sendPage(reply, refusedPage(asked), 400)
    if (parameters.decision !== 'allow') return agree(platform, reply, asked, null)
    const by = await signIn(platform, request, parameters)
    if (typeof by !== 'string') return agree(platform, reply, asked, by)
    return sendPage(reply, consentPage({ ...asked, wrong: by, username: parameters.username ?? '' }), 401, asked.redirectUri)
  })
}

/** An empty one would be none: whoever took a code could use it without the verifier. */
const S256_DIGEST = /^[\w-]{43}$/

/** What is asked for, or why it cannot be. Until the app and where it is called back are known nothing is sent anywhere. */
async function judge({ database }: RestPlatform, parameters: Record<string, string>): Promise<AskedConsent | string> {
  const { client_id: clientId = '', redirect_uri: redirectUri = '', response_type: type } = parameters
  const { code_challenge: challenge, code_challenge_method: method } = parameters
  const app = await findApp(database, clientId, null)
  if (!app) return 'No app has this client_id.'
  if (!app.redirectUris.includes(redirectUri)) return 'The redirect_uri is not one that the app was registered with.'
  if (type !== 'code') return 'The response_type must be code.'
  if (challenge !== undefined && method !== 'S256') return 'The code_challenge_method must be S256.'
  if (challenge !== undefined && !S256_DIGEST.test(challenge)) return 'The code_challenge must be a SHA-256 in base64url.'
  const scopes = parseScopes(parameters.scope)
  if (!scopes?.every((scope) => covers(app.scopes, scope))) return 'The scope asks for more than the app was registered with.'
  return { app, redirectUri, scopes, parameters }
}

/** The password of a user that is right, or a sentence that says why there is none. */
async function signIn(
  platform: RestPlatform,
  request: FastifyRequest,
  { username = '', password = '' }: Record<string, string>,
): Promise<ConfirmedPassword | string> {
  try {
    await platform.limits.count('logins', [networkKey(request.ip)])
    const takeBack = await platform.limits.countTry(nameKey(username))
    const confirmed = await confirmLogin(platform.database, { username, password })
    await takeBack()
    return confirmed
  } catch (failure) {
    if (failure instanceof Refusal) return failure.message
    throw failure
  }
}

/** Calls the app back with a code, or, where nobody agreed, with access_denied. Out of band the page itself says so. */
async function agree(
  { database }: RestPlatform,
  reply: FastifyReply,
  { app, redirectUri, scopes, parameters }: AskedConsent,
  by: ConfirmedPassword | null,
) {
  const code = by && makeSecretToken()
  if (by && code) await saveCode(database, code, { appId: app.id, by, redirectUri, scopes, challenge: parameters.code_challenge ?? null })
  if (redirectUri === OUT_OF_BAND)
    return sendPage(reply, code === null ? refusedPage('You did not let the app in. You can close this page.') : codePage(app, code), 200)
  const target = new URL(redirectUri)
  if (code === null) target.searchParams.set('error', 'access_denied')
  else target.searchParams.set('code', code)
  if (parameters.state !== undefined) target.searchParams.set('state', parameters.state)
  return reply.header('cache-control', 'no-store').redirect(target.href, 302)
}
