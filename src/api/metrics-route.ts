import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Metrics } from '../platform/observe/metrics.ts'
import { countRequest } from '../platform/observe/tally.ts'
import { refuse } from '../refusals.ts'

/** Serves /metrics to who bears the token. */
export function registerMetrics(server: FastifyInstance, metrics: Metrics, token: string): void {
  const expected = digest(`Bearer ${token}`)
  server.get('/metrics', async (request, reply) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) throw refuse('auth.required')
    const { contentType, text } = await metrics.render()
    return reply.header('content-type', contentType).header('cache-control', 'no-store').send(text)
  })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** A request that says what it asks for, where its address does not: the kind and the first field of an operation. */
export interface NamedRequest {
  operation: string
}

/** Counts each request when its answer has gone out, under its route rather than its address. */
export function measureRequests(server: FastifyInstance): void {
  server.decorateRequest('operation', '')
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'none' : `${request.method} ${request.routeOptions.url ?? ''}`
    const { operation } = request as FastifyRequest & NamedRequest
    countRequest(route, operation, reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
}
