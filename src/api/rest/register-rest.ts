import formbody from '@fastify/formbody'
import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject, validatorCompiler } from 'fastify-type-provider-zod'
import qs from 'qs'
import { networkKey } from '../rate-limit-keys.ts'
import type { ApiPlatform } from '../request-context.ts'
import { registerNodeinfo } from './nodeinfo.ts'
import { registerOauth } from './oauth/register-oauth.ts'
import { OPENAPI } from './openapi.ts'
import { registerPictures } from './pictures/register-pictures.ts'
import { registerReference } from './reference.ts'
import { checkCaller, openCaller, type RestCaller } from './rest-caller.ts'
import { answerNothingHere, answerRestFailure } from './rest-failures.ts'
import type { RestSettings } from './rest-platform.ts'
import type { RestRoute } from './rest-route.ts'
import { restRoutes } from './rest-routes.ts'
import { failureShape } from './shapes/failure.ts'

const PARAMETERS_MAX = 200

/** Serves the REST surface: the Mastodon client API below /api, OAuth 2, and the document that describes them. */
export async function registerRest(server: FastifyInstance, platform: ApiPlatform, settings: RestSettings): Promise<void> {
  await server.register(async (rest) => {
    rest.setValidatorCompiler(validatorCompiler)
    // Answers are held to their shapes by the types and by the tests, not while somebody waits.
    rest.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
    rest.setErrorHandler(answerRestFailure)
    await rest.register(swagger, { openapi: OPENAPI, transform: jsonSchemaTransform, transformObject: jsonSchemaTransformObject })
    await rest.register(formbody, { parser: (text) => parseNested(text) })
    rest.addHook('preValidation', async (request) => {
      const at = request.url.indexOf('?')
      request.query = at < 0 ? {} : parseNested(request.url.slice(at + 1))
    })
    const restPlatform = { ...platform, ...settings }
    for (const route of restRoutes(restPlatform)) addRoute(rest, platform, route)
    await registerOauth(rest, restPlatform)
    await registerReference(rest)
    registerPictures(rest)
    registerNodeinfo(rest, restPlatform)
    rest.all('/api/*', { schema: { hide: true } }, answerNothingHere)
  })
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

function addRoute(rest: FastifyInstance, platform: ApiPlatform, route: RestRoute): void {
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
    preParsing: async (request) => {
      const caller = await openCaller(platform, request.ip, request.headers.authorization)
      await countAttempt(platform, route, caller, request.ip)
      checkCaller(caller, access, scope)
      callers.set(request, caller)
    },
    handler: (request, reply) => answer(route, request, reply),
  })
}

const callers = new WeakMap<FastifyRequest, RestCaller>()

async function answer(route: RestRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const caller = callers.get(request)
  if (!caller) throw new Error('a route ran for nobody')
  const { params: path, query, body } = request
  const answered = await route.run({ caller, path, query, body, http: request, reply } as never)
  return reply.code(route.status ?? 200).send(answered)
}

async function countAttempt({ limits }: ApiPlatform, { method, limit }: RestRoute, { request }: RestCaller, address: string) {
  const counted = limit ?? (method === 'GET' ? 'none' : 'writes')
  if (counted === 'none') return
  const user = request.viewer ? [`user:${request.viewer.id}`] : []
  await limits.count(counted, [networkKey(address), ...user])
}
