import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from 'graphql'
import { handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws'
import { readViewerOfSession, type Viewer } from '../../domain/accounts/read-viewer.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import { refuse } from '../../refusals.ts'
import { END_REASONS, type EndReason } from '../realtime/end-reasons.ts'
import type { LiveConnection } from '../realtime/live-connection.ts'
import type { LiveEvents } from '../realtime/live-events.ts'
import { type ApiPlatform, bearerToken, type RequestContext, requestOverConnection } from '../request-context.ts'
import type { OpenSocket, Sockets } from '../sockets.ts'
import { refusedAnswer } from './execute-operation.ts'
import { type ErrorContext, explainError, explainExecutionError, explainVariableError, type ShownError } from './explain-error.ts'
import { limitCost } from './operation-cost.ts'
import type { PrepareOperation } from './prepare-operation.ts'
import type { PreparedOperation } from './prepared-operation.ts'

const INIT_MS_MAX = 5000
const TRY_AGAIN_LATER = 1013
const FAULT_OF_OURS = 4500

/** One socket: who has signed in on it, if anybody. */
interface Peer {
  socket: OpenSocket
  viewer?: Viewer
  live?: LiveConnection
}

export interface GraphqlSocketParts {
  schema: GraphQLSchema
  prepare: PrepareOperation
  platform: ApiPlatform
  log: FastifyBaseLogger
  introspection: boolean
}

/** Serves subscriptions at /graphql by the protocol graphql-transport-ws. Queries and mutations are sent by HTTP. */
export function serveGraphqlSockets(sockets: Sockets, { schema, prepare, platform, log, introspection }: GraphqlSocketParts): void {
  const contextOf = (): ErrorContext => ({ requestId: randomUUID(), log, suggestions: introspection })

  const server = makeServer<Record<string, unknown>, Peer>({
    connectionInitWaitTimeout: INIT_MS_MAX,
    onConnect: ({ connectionParams, extra }) => signIn(platform, extra, connectionParams?.authorization),
    onSubscribe: async ({ extra }, _id, payload) => {
      const context = contextOf()
      try {
        return await openSubscription(extra, payload, context)
      } catch (failure) {
        return (refusedAnswer(failure, context).body.errors ?? []).map((error) => new ShownGraphQLError(error))
      }
    },
    subscribe: (args) => (args as SubscriptionArgs).answers as never,
    onError: (_context, _id, _payload, errors) =>
      errors.map((error) =>
        error instanceof ShownGraphQLError ? error : explainError(error.originalError ?? error, contextOf()),
      ) as never,
  })

  async function openSubscription(
    peer: Peer,
    payload: SubscribePayload,
    context: ErrorContext,
  ): Promise<SubscriptionArgs | GraphQLError[]> {
    const operation = prepare(payload.query, payload.operationName ?? undefined)
    if (operation.kind !== 'subscription') throw refuse('request.not-a-subscription')
    const variableValues = payload.variables ?? {}
    limitCost(operation.cost(variableValues))
    const { document } = operation
    const { operationName } = payload
    // Nothing is waited for until it listens: what comes later on the socket is answered later, a ping as well.
    const contextValue = requestOverConnection(platform, peer.socket.address, peer.viewer, peer.live)
    const source = await operation.listen(contextValue, variableValues)
    if ('errors' in source) {
      const explain = (error: GraphQLError) => (error.path ? explainExecutionError : explainVariableError)(error, context)
      return (source.errors ?? []).map((error) => new ShownGraphQLError(explain(error)))
    }
    const execute = (event: { viewer: Viewer }) =>
      answer(operation, event, requestOverConnection(platform, peer.socket.address, event.viewer, peer.live), variableValues, context)
    return { schema, document, operationName, answers: answersOf(source as LiveEvents, execute) }
  }

  sockets.route('/graphql', {
    chooseProtocol: handleProtocols,
    slow: END_REASONS['too-slow'],
    opened: (socket) => {
      const closed = server.opened(
        {
          protocol: socket.protocol,
          send: socket.send,
          close: (code = FAULT_OF_OURS, words = '') => socket.close(code, words),
          onMessage: (hear) => socket.onMessage((text) => void hear(text).catch((failure: unknown) => fail(socket, failure))),
        },
        { socket },
      )
      socket.onClosed((code) => void closed(code).catch((failure: unknown) => fail(socket, failure)))
    },
  })

  function fail(socket: OpenSocket, err: unknown): void {
    if (err instanceof Unavailable) {
      socket.close(TRY_AGAIN_LATER, 'A part of the server is not there: try again in a moment')
      return
    }
    log.error({ err }, 'a message on a WebSocket met a fault of ours')
    socket.close(FAULT_OF_OURS, 'Something went wrong on our side')
  }
}

/** False for a token that is not valid, which graphql-ws answers by closing with 4403. A visitor may connect, and is refused by each field. */
async function signIn({ database, tokens, live }: ApiPlatform, peer: Peer, authorization: unknown): Promise<boolean> {
  if (authorization === undefined || authorization === null || authorization === '') return true
  const bearer = typeof authorization === 'string' ? bearerToken(authorization) : undefined
  const token = bearer === undefined ? undefined : await tokens.read(bearer)
  const viewer = token && (await readViewerOfSession(database, token))
  if (!token || !viewer) return false
  const end = (reason: EndReason) => peer.socket.close(END_REASONS[reason].code, END_REASONS[reason].words)
  const taken = await live.connect(token, end)
  if (typeof taken === 'string') {
    end(taken)
    return true // it is closed: the acknowledgement goes nowhere
  }
  peer.viewer = viewer
  peer.live = taken
  peer.socket.isKnown()
  peer.socket.onClosed(() => taken.close())
  return true
}

/** What graphql-ws hands from `onSubscribe` to `subscribe`. */
interface SubscriptionArgs extends ExecutionArgs {
  answers: AsyncIterable<SubscriptionAnswer>
}

interface SubscriptionAnswer {
  data: unknown
  errors?: GraphQLError[]
}

async function answer(
  operation: PreparedOperation,
  event: object,
  request: RequestContext,
  variables: Record<string, unknown>,
  context: ErrorContext,
): Promise<SubscriptionAnswer> {
  const { data = null, errors } = await operation.run(event, request, variables)
  if (!errors || errors.length === 0) return { data }
  return { data, errors: errors.map((error) => new ShownGraphQLError(explainExecutionError(error, context))) }
}

/** The answers to the events, one after the other. No generator: one that waits for an event could not be told to stop. */
function answersOf(events: LiveEvents, execute: (event: { viewer: Viewer }) => Promise<SubscriptionAnswer>) {
  const answers = {
    next: async (): Promise<IteratorResult<SubscriptionAnswer, undefined>> => {
      const { value } = await events.next()
      return value ? { done: false, value: await execute(value) } : { done: true, value }
    },
    return: () => events.return(),
    [Symbol.asyncIterator]: () => answers,
  }
  return answers
}

/** An error in the form in which HTTP answers it. */
class ShownGraphQLError extends GraphQLError {
  readonly #shown: ShownError

  constructor(shown: ShownError) {
    super(shown.message)
    this.#shown = shown
  }

  override toJSON(): never {
    return this.#shown as never
  }
}
