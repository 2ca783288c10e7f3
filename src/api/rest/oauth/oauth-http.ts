import OAuth2Server from '@node-oauth/oauth2-server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { refusalOf } from '../rest-failures.ts'

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

/** Answers whatever went wrong as RFC 6749 has it: `{"error": "invalid_grant", "error_description": …}` with its status. */
export function answerOauthFailure(failure: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (failure instanceof OAuth2Server.OAuthError && failure.code < 500) {
    const status = failure.name === 'invalid_client' ? 401 : failure.code
    if (status === 401) reply.header('www-authenticate', 'Basic realm="Nexus"')
    return reply.code(status).send({ error: failure.name, error_description: failure.message })
  }
  const refusal = refusalOf(failure)
  if (!refusal) {
    request.log.error({ err: failure, requestId: request.id }, 'a fault of ours')
    return reply.code(500).send({ error: 'server_error', error_description: 'Something went wrong on our side.' })
  }
  const { status, message, retryAfter } = refusal
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  const error = status === 429 || status === 503 ? 'temporarily_unavailable' : 'invalid_request'
  return reply.code(status).send({ error, error_description: message })
}
