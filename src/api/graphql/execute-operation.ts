import { Refusal, refuse } from '../../refusals.ts'
import type { RequestContext } from '../request-context.ts'
import {
  type ErrorContext,
  explainError,
  explainExecutionError,
  explainInvalidQuery,
  explainVariableError,
  type ShownError,
} from './explain-error.ts'
import { limitCost } from './operation-cost.ts'
import { InvalidQuery, type PrepareOperation } from './prepare-operation.ts'
import type { PreparedOperation } from './prepared-operation.ts'

/** One operation as a client sent it. */
export interface AskedOperation {
  query: string
  operationName: string | undefined
  variables: Record<string, unknown>
  method: 'GET' | 'POST'
}

export interface Answer {
  status: number
  retryAfter?: number
  body: { data?: unknown; errors?: ShownError[] }
}

/** Answers an operation. `openRequest` is called only once it is known to be one, so that what is refused by its text costs nothing more. */
export async function executeOperation(
  prepare: PrepareOperation,
  asked: AskedOperation,
  openRequest: () => Promise<RequestContext>,
  context: ErrorContext,
): Promise<Answer> {
  try {
    const operation = prepare(asked.query, asked.operationName)
    context.operation = operation.label
    if (operation.kind === 'mutation' && asked.method === 'GET') throw refuse('request.mutation-by-get')
    if (operation.kind === 'subscription') throw refuse('request.subscription-by-http')
    limitCost(operation.cost(asked.variables))
    return await run(operation, asked, await openRequest(), context)
  } catch (failure) {
    return refusedAnswer(failure, context)
  }
}

async function run(operation: PreparedOperation, asked: AskedOperation, request: RequestContext, context: ErrorContext): Promise<Answer> {
  const { data, errors } = await operation.run(undefined, request, asked.variables)
  if (data === undefined) return { status: 200, body: { errors: (errors ?? []).map((error) => explainVariableError(error, context)) } }
  if (!errors || errors.length === 0) return { status: 200, body: { data } }
  const shown = errors.map((error) => explainExecutionError(error, context))
  // A part that is down is told to load balancers too; whatever else was refused was executed, which is 200.
  const unavailable = shown.find((error) => error.extensions.code === 'UNAVAILABLE')
  return { status: unavailable ? 503 : 200, body: { data, errors: shown }, ...retryAfterOf(unavailable) }
}

/** The answer to what was not executed. */
export function refusedAnswer(failure: unknown, context: ErrorContext): Answer {
  if (failure instanceof InvalidQuery) {
    const code = failure.refusal === 'query.parse-failed' ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED'
    return { status: 400, body: { errors: failure.errors.map((error) => explainInvalidQuery(error, code, context)) } }
  }
  const shown = explainError(failure, context)
  const status = failure instanceof Refusal ? failure.status : shown.extensions.code === 'UNAVAILABLE' ? 503 : 500
  return { status, body: { errors: [shown] }, ...retryAfterOf(shown) }
}

function retryAfterOf(error: ShownError | undefined): { retryAfter?: number } {
  return error?.extensions.retryAfter === undefined ? {} : { retryAfter: error.extensions.retryAfter }
}
