import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject, validatorCompiler } from 'fastify-type-provider-zod'
import qs from 'qs'
import { Refusal, refuse } from '../../refusals.ts'
import { networkKey } from '../rate-limit-keys.ts'
import type { ApiPlatform } from '../request-context.ts'
import { registerNodeinfo } from './nodeinfo.ts'
import { registerOauth } from './oauth/register-oauth.ts'
import { OPENAPI } from './openapi.ts'
import { registerPictures } from './pictures/register-pictures.ts'
import { registerReference } from './reference.ts'
import { checkCaller, openCaller, type RestCaller } from './rest-caller.ts'
import { answerNothingHere, answerRestFailure } from './rest-failures.ts'
import type { RestPlatform, RestSettings } from './rest-platform.ts'
import type { RestRoute } from './rest-route.ts'
import { restRoutes } from './rest-routes.ts'
import { failureShape } from './shapes/failure.ts'
import { serveStreamingSockets } from './streaming/serve-sockets.ts'

const PARAMETERS_MAX = 200
const FIELDS_LIMITS = {
  files: 1,
  fields: PARAMETERS_MAX,
  parts: PARAMETERS_MAX,
  fieldSize: 256 * 1024,
  fieldNameSize: 200,
  headerPairs: 32,
}

/** Serves the REST surface: the Mastodon client API below /api, OAuth 2, and the document that describes them. */
export async function registerRest(server: FastifyInstance, platform: ApiPlatform, settings: RestSettings): Promise<void> {
  await server.register(async (rest) => {
    rest.setValidatorCompiler(validatorCompiler)
    // Answers are held to their shapes by the types and by the tests, not while somebody waits.
    rest.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
    rest.setErrorHandler(answerRestFailure)
    await rest.register(swagger, { openapi: OPENAPI, transform: jsonSchemaTransform, transformObject: jsonSchemaTransformObject })
    await rest.register(formbody, { parser: (text) => parseNested(text) })
    await rest.register(multipart, { throwFileSizeLimit: false })
    rest.addHook('preValidation', async (request) => {
      if (request.isMultipart() && !isUpload(request)) request.body = parseNested(await readFields(request))
      const at = request.url.indexOf('?')
      request.query = at < 0 ? {} : parseNested(request.url.slice(at + 1))
    })
    const restPlatform = { ...platform, ...settings }
    for (const route of restRoutes(restPlatform)) addRoute(rest, restPlatform, route)
    await registerOauth(rest, restPlatform)
    await registerReference(rest)
    registerPictures(rest)
    rest.get('/api/v1/streaming/health', { schema: { hide: true } }, (_request, reply) => reply.type('text/plain').send('OK'))
    serveStreamingSockets(settings.sockets, restPlatform)
    registerNodeinfo(rest, restPlatform)
    rest.all('/api/*', { schema: { hide: true } }, answerNothingHere)
  })
}

const isUpload = ({ routeOptions }: FastifyRequest) => (routeOptions.config as { bodyMayBeSlow?: boolean }).bodyMayBeSlow === true

/** The fields of a form that was sent in parts, as a form is written that was not. @throws BAD_USER_INPUT for a file */
async function readFields(request: FastifyRequest): Promise<string> {
  const fields: string[] = []
  try {
    for await (const part of request.parts({ limits: FIELDS_LIMITS })) {
      if (part.type === 'file') throw refuse('request.no-file-here')
      fields.push(`${encodeURIComponent(part.fieldname)}=${encodeURIComponent(String(part.value))}`)
    }
  } catch (error) {
    throw error instanceof Refusal ? error : refuse('request.unreadable')
  }
  return fields.join('&')
}

/** Names such as `types[]` and `a[b]`, as clients send lists and objects in forms and queries. */
function parseNested(text: string): Record<string, unknown> {
  return qs.parse(text, {
    parameterLimit: PARAMETERS_MAX,
    arrayLimit: PARAMETERS_MAX,
    depth: 3,
    plainObjects: true,
    allowPrototypes: false,
  })
}

function addRoute(rest: FastifyInstance, platform: RestPlatform, route: RestRoute): void {
  const { method, url, access, scope, status = 200 } = route
  rest.route({
    method,
    url,
    schema: {
      summary: route.summary,
      tags: [route.tag],
      security:
        access === 'visitor' ? [{}, { oauth: scope === undefined ? [] : [scope] }] : [{ oauth: scope === undefined ? [] : [scope] }],
      ...(route.path && { params: route.path }),
      ...(route.query && { querystring: route.query }),
      ...(route.body && { body: route.body }),
      response: { [status]: route.answer, '4xx': failureShape, '5xx': failureShape },
    },
    ...(route.isUpload && { config: { bodyMayBeSlow: true }, validatorCompiler: acceptAnyBody as never }),
    preParsing: async (request, reply) => {
      if (route.isUpload) platform.uploads.letGo(request, reply)
      const caller = await openCaller(platform, request.ip, request.headers.authorization)
      await countAttempt(platform, route, caller, reply)
      checkCaller(caller, access, scope)
      if (route.isUpload) platform.uploads.judge(request)
      callers.set(request, caller)
    },
    handler: (request, reply) => answer(route, request, reply),
  })
}

/** Of an upload the body is read by its route; all else is validated as everywhere. */
const acceptAnyBody: typeof validatorCompiler = (route) => (route.httpPart === 'body' ? () => true : validatorCompiler(route))

const callers = new WeakMap<FastifyRequest, RestCaller>()

async function answer(route: RestRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const caller = callers.get(request)
  if (!caller) throw new Error('a route ran for nobody')
  const { params: path, query, body } = request
  const answered = await route.run({ caller, path, query, body, http: request, reply } as never)
  return reply.code(route.status ?? 200).send(answered)
}

/** Counts what changes something, and says by headers how much more of it there may be. */
async function countAttempt({ limits }: ApiPlatform, { method, limit }: RestRoute, { request }: RestCaller, reply: FastifyReply) {
  const counted = limit ?? (method === 'GET' ? 'none' : 'writes')
  if (counted === 'none') return
  const user = request.viewer ? [`user:${request.viewer.id}`] : []
  const least = await limits.count(counted, [networkKey(request.address), ...user])
  if (!least) return
  const { points, left, resetsAt } = least
  reply.headers({ 'x-ratelimit-limit': points, 'x-ratelimit-remaining': left, 'x-ratelimit-reset': resetsAt.toISOString() })
}
