import type { GraphQLError } from 'graphql'
import { countRefusal } from '../../platform/observe/tally.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import { Refusal, type RefusalCode, refuse } from '../../refusals.ts'

/** An error as a client gets it. */
export interface ShownError {
  message: string
  locations?: readonly { line: number; column: number }[] | undefined
  path?: readonly (string | number)[] | undefined
  extensions: { code: RefusalCode; field?: string; retryAfter?: number; requestId?: string }
}

export interface ErrorContext {
  requestId: string
  log: { error(details: object, message: string): void }
  /** Whether a message may name what the schema has instead: not where the schema is kept from clients. */
  suggestions?: boolean
  /** Is told what the operation is, once it is known: its kind and its first field. */
  operation?: string
}

/** What a client is told of a failure: a refusal as it is; a fault of ours as INTERNAL, with the id under which the log has the rest. */
export function explainError(failure: unknown, context: ErrorContext): ShownError {
  const refusal = asRefusal(failure)
  if (!refusal) {
    countRefusal('INTERNAL')
    context.log.error({ err: failure }, 'a request met a fault of ours')
    return { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL', requestId: context.requestId } }
  }
  const { code, field, retryAfter } = refusal
  countRefusal(code)
  return {
    message: refusal.message,
    extensions: { code, ...(field !== undefined && { field }), ...(retryAfter !== undefined && { retryAfter }) },
  }
}

/** The same for an error that execution has placed in the answer. */
export function explainExecutionError(error: GraphQLError, context: ErrorContext): ShownError {
  const { message, extensions } = explainError(error.originalError ?? error, context)
  return { message, locations: error.locations, path: error.path, extensions }
}

function asRefusal(failure: unknown): Refusal | undefined {
  if (failure instanceof Refusal) return failure
  if (failure instanceof Unavailable) return refuse('server.part-down', { retryAfter: failure.retryAfterSeconds })
  return undefined
}

/** What does not fit the schema, with its place in the text. */
export function explainInvalidQuery({ message, locations }: GraphQLError, code: RefusalCode, context: ErrorContext): ShownError {
  countRefusal(code)
  return { message: withinSchema(message, context), locations, extensions: { code } }
}

/** A variable that does not fit its type names itself in the message; that is all a client is told of it. */
export function explainVariableError(error: GraphQLError, context: ErrorContext): ShownError {
  countRefusal('BAD_USER_INPUT')
  const field = /^Variable "\$(\w+)/.exec(error.message)?.[1]
  return {
    message: withinSchema(error.message, context),
    locations: error.locations,
    extensions: { code: 'BAD_USER_INPUT', ...(field !== undefined && { field }) },
  }
}

function withinSchema(message: string, { suggestions = false }: ErrorContext): string {
  return suggestions ? message : message.replace(/ Did you mean [^?]*\?/g, '')
}
