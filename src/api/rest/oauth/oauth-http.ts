import OAuth2Server from '@node-oauth/oauth2-server'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The request as the library reads it. It wants forms: what came as JSON has been read already, and is the same. */
export function askedOf(request: FastifyRequest): OAuth2Server.Request {
  const body = stringsOf(request.body)
  return new OAuth2Server.Request({
    method: request.method,
    query: stringsOf(request.query),
    headers: {
      ...(request.headers.authorization !== undefined && { authorization: request.headers.authorization }),
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(JSON.stringify(body).length),
      'transfer-encoding': 'chunked',
    },
    body,
  })
}

/** The parameters that are texts: no other is one of OAuth's. */
export function stringsOf(parameters: unknown): Record<string, string> {
  const texts = Object.entries((parameters ?? {}) as Record<string, unknown>).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(texts) as Record<string, string>
}

/** Answers `{"error": "invalid_grant", …}` with its status; a fault of ours is thrown on. */
export function sendOauthFailure(failure: unknown, reply: FastifyReply): FastifyReply {
  if (!(failure instanceof OAuth2Server.OAuthError) || failure.code >= 500) throw failure
  if (failure.code === 401) reply.header('www-authenticate', 'Basic realm="Nexus"')
  return reply.code(failure.code).send({ error: failure.name, error_description: failure.message })
}
