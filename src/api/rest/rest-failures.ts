import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { Unavailable } from '../../platform/unavailable.ts'
import { Refusal, refuse } from '../../refusals.ts'

/** What a client of the REST surface is told: a sentence, and the code that GraphQL gives the same refusal. */
export interface RestFailure {
  error: string
  error_description?: string
  code: string
  field?: string
  requestId?: string
}

/** Answers whatever goes wrong on the REST surface as `{"error": …}` with its status. */
export function answerRestFailure(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error)
  if (!refusal) {
    request.log.error({ err: error, requestId: request.id }, 'a fault of ours')
    return reply.code(500).send({ error: 'Something went wrong on our side.', code: 'INTERNAL', requestId: request.id })
  }
  if (refusal.retryAfter !== undefined) reply.header('retry-after', refusal.retryAfter)
  if (refusal.status === 401) reply.header('www-authenticate', 'Bearer realm="Nexus"')
  const field = refusal.field === undefined ? {} : { field: FIELDS[refusal.field] ?? refusal.field }
  return reply.code(refusal.status).send({ error: sentenceOf(refusal), code: refusal.code, ...field } satisfies RestFailure)
}

/** How the arguments of GraphQL are called here. */
const FIELDS: Readonly<Record<string, string>> = {
  content: 'status',
  text: 'status',
  contentWarning: 'spoiler_text',
  mediaIds: 'media_ids',
  displayName: 'display_name',
  bio: 'note',
  key: 'Idempotency-Key',
}

/** A refusal of an argument begins with its name. */
function sentenceOf({ field, message }: Refusal): string {
  const name = field === undefined ? undefined : FIELDS[field]
  return name !== undefined && message.startsWith(`${field} `) ? `${name}${message.slice(field?.length)}` : message
}

export function answerNothingHere(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: 'There is nothing at this address.', code: 'NOT_FOUND' } satisfies RestFailure)
}

/** The refusal that a failure is; undefined for a fault of ours. */
export function refusalOf(failure: unknown): Refusal | undefined {
  const error = failure as FastifyError
  if (error instanceof Refusal) return error
  if (error instanceof Unavailable) return refuse('server.part-down', { retryAfter: error.retryAfterSeconds })
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation
    const field = first?.instancePath.split('/').filter(Boolean).join('.') ?? ''
    return refuse('input.bad', { field, sentence: `${field || 'The request'}: ${first?.message ?? 'is not valid'}` })
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return refuse('request.not-form')
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refuse('request.too-large')
  const { statusCode } = error
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? refuse('request.unreadable') : undefined
}
