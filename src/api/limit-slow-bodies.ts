import type { ConnectionError, FastifyInstance } from 'fastify'
import { answerBrokenRequest } from './answer-failures.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its bodies are large, and may take as long to arrive as the server's own limit says. */
    bodyMayBeSlow?: boolean
  }
}

/** Cuts off whoever has not sent their whole request after `timeoutMs`, as the server's own limit does later. */
export function limitSlowBodies(server: FastifyInstance, timeoutMs: number): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'GET' && request.method !== 'HEAD' && !request.routeOptions.config.bodyMayBeSlow) {
      const timer = setTimeout(() => {
        const late = Object.assign(new Error('the request did not arrive in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
        if (!request.raw.complete) answerBrokenRequest(late as ConnectionError, request.raw.socket)
      }, timeoutMs)
      reply.raw.once('close', () => clearTimeout(timer))
    }
    done()
  })
}
