import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { MediaUrls } from '../domain/media/media-urls.ts'
import type { Hearing } from '../platform/broadcast/hearing.ts'
import type { Database } from '../platform/database/open-database.ts'
import type { Metrics } from '../platform/observe/metrics.ts'
import { StartupError } from '../platform/startup-error.ts'
import { urlOfListener } from '../platform/url-of-listener.ts'
import { refuse } from '../refusals.ts'
import { answerBrokenRequest, answerFailure, answerFailures } from './answer-failures.ts'
import { type Drain, makeDrain } from './drain.ts'
import { registerGraphql } from './graphql/graphql-route.ts'
import { buildSchema } from './graphql/schema.ts'
import { registerHub } from './hub.ts'
import { letOtherOriginsIn } from './let-other-origins-in.ts'
import { limitSlowBodies } from './limit-slow-bodies.ts'
import { openUploads, type UploadParts } from './media/receive-upload.ts'
import { registerMediaFiles } from './media/serve-route.ts'
import { registerUploads } from './media/upload-route.ts'
import { measureRequests, registerMetrics } from './metrics-route.ts'
import { makeAddressOf, mayConnect } from './origins.ts'
import { registerPlayground } from './playground.ts'
import { openRateLimits } from './rate-limits.ts'
import { openLiveHub } from './realtime/hub.ts'
import type { ApiPlatform } from './request-context.ts'
import { makeRequestLog } from './request-log.ts'
import { registerRest } from './rest/register-rest.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { openSockets, type Sockets } from './sockets.ts'

const { version: VERSION } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
const BODY_BYTES_MAX = 1024 * 1024
const REQUEST_TIMEOUT_MS = 30_000
/** A picture over a slow line takes longer. */
const UPLOAD_TIMEOUT_MS = 300_000

export interface HttpServer {
  /** Where it listens: http://host:port */
  url: string
  close(): Promise<void>
}

/** Everything that the HTTP roles stand on. `surfaces` are off in a process that only answers health checks. */
export interface ServerParts {
  config: Config
  log: Logger
  platform: Omit<ApiPlatform, 'limits' | 'live' | 'production' | 'log' | 'mediaUrls'>
  hearing: Hearing
  media: Omit<UploadParts, 'database' | 'quotaBytes' | 'bytesMax'> & { urls: MediaUrls }
  surfaces: boolean
  /** Undefined where nobody may ask for them. */
  metrics: Metrics | undefined
}

/** Opens the HTTP server: /livez, /readyz, and, with the api role, all surfaces. */
export async function openServer({ config, log, platform, hearing, media, surfaces, metrics }: ServerParts): Promise<HttpServer> {
  const sockets = openSockets({ addressOf: makeAddressOf(config.TRUSTED_PROXIES), mayConnect: (...asks) => mayConnect(config, ...asks) })
  const server = fastify({
    loggerInstance: log as never,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    childLoggerFactory: makeRequestLog as never,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? config.TRUSTED_PROXIES : false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2000 },
    frameworkErrors: answerFailure,
    clientErrorHandler: answerBrokenRequest,
    http: { shouldUpgradeCallback: sockets.wants },
  }) as unknown as FastifyInstance
  server.server.on('upgrade', sockets.upgrade)
  const drain = makeDrain(server, sockets)
  answerFailures(server)
  limitSlowBodies(server, REQUEST_TIMEOUT_MS)
  registerHealth(server, platform.database)
  if (metrics && config.METRICS_TOKEN) registerMetrics(server, metrics, config.METRICS_TOKEN)
  if (surfaces) {
    limitInFlight(server, drain, config.REQUESTS_IN_FLIGHT_MAX)
    const live = openLiveHub({ ...platform, hearing })
    server.addHook('onClose', async () => live.close())
    const parts = { ...platform, live, mediaUrls: media.urls, log, production: config.production }
    await registerSurfaces(server, config, parts, media, sockets)
  }
  await listen(server, config)
  const { port } = server.server.address() as AddressInfo
  return { url: urlOfListener(config.HOST, port), close: drain.close }
}

async function registerSurfaces(
  server: FastifyInstance,
  config: Config,
  platform: Omit<ApiPlatform, 'limits'>,
  media: ServerParts['media'],
  sockets: Sockets,
): Promise<void> {
  const limits = openRateLimits({
    'sign-ups': config.RATE_LIMIT_SIGN_UPS,
    logins: config.RATE_LIMIT_LOGINS,
    writes: config.RATE_LIMIT_WRITES,
    uploads: config.RATE_LIMIT_UPLOADS,
  })
  if (config.METRICS_TOKEN) measureRequests(server)
  setSecurityHeaders(server)
  await letOtherOriginsIn(server, config)
  acceptJsonOnly(server)
  if (config.GRAPHQL_PLAYGROUND) server.get('/', (_request, reply) => reply.redirect('/graphql'))
  await registerPlayground(server, { enabled: config.GRAPHQL_PLAYGROUND })
  await registerHub(server, { enabled: config.DOCS_HUB })
  const { database } = platform
  const parts = { ...media, database, bytesMax: config.MEDIA_BYTES_MAX, quotaBytes: config.MEDIA_QUOTA_BYTES }
  const uploads = openUploads(parts)
  await registerUploads(server, { ...platform, limits }, uploads, media.urls)
  registerMediaFiles(server, media.blobs)
  const options = { introspection: config.GRAPHQL_INTROSPECTION, measured: Boolean(config.METRICS_TOKEN), sockets }
  registerGraphql(server, buildSchema(), { ...platform, limits }, options)
  const { PUBLIC_URL: publicUrl, MEDIA_BYTES_MAX: mediaBytesMax, MEDIA_PIXELS_MAX: mediaPixelsMax } = config
  await registerRest(server, { ...platform, limits }, { publicUrl, version: VERSION, mediaBytesMax, mediaPixelsMax, uploads, sockets })
}

function registerHealth(server: FastifyInstance, database: Pick<Database, 'ping'>): void {
  server.get('/livez', (_request, reply) => reply.send({ status: 'ok' }))
  server.get('/readyz', async (_request, reply) => {
    const answers = await database.ping()
    return answers
      ? reply.send({ status: 'ok' })
      : reply.code(503).header('retry-after', 1).send({ status: 'not ready', reason: 'the database does not answer' })
  })
}

function limitInFlight(server: FastifyInstance, drain: Drain, max: number): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const isHealth = request.url.startsWith('/livez') || request.url.startsWith('/readyz')
    done(drain.underWay() > max && !isHealth ? refuse('server.busy', { retryAfter: 1 }) : undefined)
  })
}

function acceptJsonOnly(server: FastifyInstance): void {
  server.removeContentTypeParser('text/plain')
}

async function listen(server: FastifyInstance, { HOST: host, PORT: port }: Config): Promise<void> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') throw new StartupError(`Port ${port} of ${host} is in use. Stop what listens there, or set PORT to another.`)
    if (syscall === 'getaddrinfo') throw new StartupError(`HOST: ${host} is neither an address nor the name of one (${code}).`)
    if (syscall === 'listen') throw new StartupError(`Cannot listen on port ${port} of ${host} (${code}). Set HOST and PORT.`)
    throw error
  }
}
