import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { allowedOrigins } from './origins.ts'

const PREFLIGHT_SECONDS = 86_400
/** What apps in browsers ask of any server that they are pointed at. The page where users sign in is not among it. */
const OPEN_TO_ALL = /^\/(api|nodeinfo|\.well-known|oauth\/(token|revoke)(?=$|\?))(?=$|[/?])/

const FOR_APPS: FastifyCorsOptions = {
  origin: '*',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'last-event-id'],
  exposedHeaders: ['link', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-request-id', 'etag'],
  maxAge: PREFLIGHT_SECONDS,
  strictPreflight: false,
}

/** Says which pages of other origins may read what: everything of the REST surface any page, the rest those of CORS_ORIGINS. */
export async function letOtherOriginsIn(server: FastifyInstance, config: Config): Promise<void> {
  const forThose: FastifyCorsOptions = {
    origin: allowedOrigins(config),
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type'],
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  }
  await server.register(cors, {
    delegator: ({ url }: FastifyRequest, answer: (error: Error | null, options: FastifyCorsOptions) => void) =>
      answer(null, OPEN_TO_ALL.test(url) ? FOR_APPS : forThose),
  })
}
