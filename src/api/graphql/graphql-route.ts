import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { refuse } from '../../refusals.ts'
import type { NamedRequest } from '../metrics-route.ts'
import { sendPlayground } from '../playground.ts'
import { type ApiPlatform, openRequest } from '../request-context.ts'
import type { Sockets } from '../sockets.ts'
import { type AskedOperation, executeOperation, refusedAnswer } from './execute-operation.ts'
import type { ErrorContext } from './explain-error.ts'
import { serveGraphqlSockets } from './graphql-socket.ts'
import { openPreparation } from './prepare-operation.ts'
import { textOfBody } from './written-answer.ts'

/** Serves GraphQL at /graphql, over HTTP (GET and POST) and, subscriptions, over WebSockets, the playground to browsers there, and the SDL at /schema.graphql. */
export function registerGraphql(
  server: FastifyInstance,
  schema: GraphQLSchema,
  platform: ApiPlatform,
  options: { introspection: boolean; measured: boolean; sockets: Sockets },
): void {
  const prepare = openPreparation(schema, options)
  serveGraphqlSockets(options.sockets, { schema, prepare, platform, log: server.log, introspection: options.introspection })
  const sdl = printSchema(lexicographicSortSchema(schema))

  async function answer(request: FastifyRequest, reply: FastifyReply, read: () => AskedOperation): Promise<FastifyReply> {
    const context: ErrorContext = { requestId: request.id, log: request.log, suggestions: options.introspection }
    const open = () => openRequest(platform, request.ip, request.headers.authorization)
    const { status, body, retryAfter } = await readThenExecute()
    if (options.measured && context.operation) (request as FastifyRequest & NamedRequest).operation = context.operation
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
    if (status === 405) reply.header('allow', 'POST')
    // A browser that asks for a page gets the playground at the same address.
    if (request.method === 'GET') reply.header('vary', [reply.getHeader('vary'), 'accept'].filter(Boolean).join(', '))
    return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(textOfBody(body))

    async function readThenExecute() {
      try {
        return await executeOperation(prepare, read(), open, context)
      } catch (failure) {
        return refusedAnswer(failure, context)
      }
    }
  }

  server.get('/graphql', (request, reply) => {
    const parameters = request.query as Record<string, string>
    if (parameters.query === undefined && prefersHtml(request)) return sendPlayground(reply)
    return answer(request, reply, () => readParameters(parameters))
  })
  server.post('/graphql', (request, reply) => answer(request, reply, () => readBody(request.body)))
  server.route({
    url: '/graphql',
    method: ['PUT', 'PATCH', 'DELETE'],
    // Before the body is read: whatever it is, the method is what is wrong.
    onRequest: (_request, reply, done) => {
      reply.header('allow', 'GET, HEAD, POST')
      done(refuse('request.wrong-method'))
    },
    handler: () => {},
  })
  server.get('/schema.graphql', (_request, reply) => {
    if (!options.introspection) throw refuse('request.not-found')
    return reply
      .header('content-type', 'application/graphql; charset=utf-8')
      .header('content-disposition', 'inline; filename="schema.graphql"')
      .send(sdl)
  })
}

function prefersHtml(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html')
}

function readBody(body: unknown): AskedOperation {
  if (Array.isArray(body)) throw refuse('request.batch')
  if (typeof body !== 'object' || body === null) throw refuse('request.malformed')
  const { query, operationName, variables } = body as Record<string, unknown>
  return acceptOperation(query, operationName, variables, 'POST')
}

function readParameters({ query, operationName, variables }: Record<string, string>): AskedOperation {
  return acceptOperation(query, operationName, variables === undefined || variables === '' ? undefined : parseJson(variables), 'GET')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse('request.malformed', { sentence: '"variables" is not JSON.' })
  }
}

function acceptOperation(query: unknown, operationName: unknown, variables: unknown, method: AskedOperation['method']): AskedOperation {
  if (typeof query !== 'string' || query.trim() === '') throw refuse('request.malformed')
  const name = operationName ?? ''
  if (typeof name !== 'string') throw refuse('request.malformed', { sentence: '"operationName" is a string or left out.' })
  const values = variables ?? {}
  if (typeof values !== 'object' || Array.isArray(values))
    throw refuse('request.malformed', { sentence: '"variables" is an object or left out.' })
  return { query, operationName: name === '' ? undefined : name, variables: values as Record<string, unknown>, method }
}
