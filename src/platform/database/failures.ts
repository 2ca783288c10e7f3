import { Unavailable } from '../unavailable.ts'

interface DatabaseFailure {
  code?: string
  constraint?: string
  message: string
}

/** True for the refusal of a second row with the same key; `constraint` is the name of the index or constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return isViolation(error, '23505', constraint)
}

/** True when the row that is pointed to is not there (any more). */
export function isForeignKeyViolation(error: unknown, constraint?: string): boolean {
  return isViolation(error, '23503', constraint)
}

function isViolation(error: unknown, code: string, constraint: string | undefined): boolean {
  const failure = error as DatabaseFailure
  return failure?.code === code && (constraint === undefined || failure.constraint === constraint)
}

/** Deadlock and serialization failures: PostgreSQL undid everything and asks for the transaction again. */
export function mayBeRepeated(error: unknown): boolean {
  return ['40P01', '40001'].includes((error as DatabaseFailure)?.code ?? '')
}

// Class 08: connection; 28 and 3D000: we are not let in (any more); 55000: the database takes nobody; 53: resources; 57014: cancelled by a timeout; 57P0x: shutting down or starting; 55P03: lock timeout; 25P0x: transaction timeout.
const UNAVAILABLE_CODES = /^(08...|28...|3D000|53...|55000|57014|57P0.|55P03|25P0[34])$/
const UNAVAILABLE_SYSTEM_CODES = /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/
const UNAVAILABLE_MESSAGES =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed|Query read timeout|not queryable/i

/** What a failed statement means to the caller: Unavailable when the database is gone or too slow, else the failure itself. */
export function explainFailure(error: unknown): unknown {
  const { code = '', message = '' } = (error ?? {}) as DatabaseFailure
  const unavailable = UNAVAILABLE_CODES.test(code) || UNAVAILABLE_SYSTEM_CODES.test(code) || UNAVAILABLE_MESSAGES.test(message)
  return unavailable ? new Unavailable('the database does not answer', { cause: error }) : error
}
