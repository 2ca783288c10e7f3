import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Refusal, refuse } from '../refusals.ts'
import { refusedAnswer } from './graphql/execute-operation.ts'

/** Answers whatever goes wrong before or in a handler in the form of all answers: {"errors":[…]}. */
export function answerFailures(server: FastifyInstance): void {
  server.setErrorHandler(answerFailure)
  server.setNotFoundHandler((request, reply) => send(refuse('request.not-found'), request, reply))
}

/** The same for what Fastify meets before it has found a route; its option `frameworkErrors`. */
export function answerFailure(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return send(asRefusal(error), request, reply)
}

/** The same for bytes that did not become a request; the option `clientErrorHandler`. The connection is closed. */
export function answerBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  answerOnSocket(refusalOfBytes(error.code), socket)
  socket.destroy(error)
}

/** Writes a refusal where there is a connection and nothing else: the caller closes it. */
export function answerOnSocket({ status, message, code }: Refusal, socket: Duplex): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function send(failure: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body, retryAfter } = refusedAnswer(failure, { requestId: request.id, log: request.log })
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  return reply.code(status).send(body)
}

function asRefusal(error: FastifyError): unknown {
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return refuse('request.not-json')
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refuse('request.too-large')
  if (error.code === 'FST_ERR_BAD_URL') return refuse('request.malformed', { sentence: 'The address of the request cannot be read.' })
  const malformed = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
  return malformed ? refuse('request.malformed') : error
}

function refusalOfBytes(code: string): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse('request.too-slow')
  if (code === 'HPE_HEADER_OVERFLOW') return refuse('request.headers-too-large')
  return refuse('request.malformed', { sentence: 'What was sent is not HTTP that can be read.' })
}
