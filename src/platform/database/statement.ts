import type { JobsOf } from '../queue/job.ts'

const named = new Map<string, Statement<unknown>>()

/** One SQL statement of ours. The type parameter is the shape of a row that it answers. */
export interface Statement<Row> {
  readonly name: string
  readonly text: string
  readonly row?: Row
}

/**
 * Declares a statement. It is prepared once a connection under its name, and shows under it in statistics; tests prepare and
 * count statements by it. Names are `<room>.<what-it-answers>`, at most 63 bytes, and unique.
 */
export function statement<Row>(name: string, text: string): Statement<Row> {
  if (named.has(name) || name.length > 63) throw new Error(`a statement needs a name of its own of at most 63 bytes: ${name}`)
  const declared = { name, text }
  named.set(name, declared)
  return declared
}

/** Every statement declared so far: what the tests prepare against the migrated schema. */
export function declaredStatements(): Statement<unknown>[] {
  return [...named.values()]
}

/** Whatever runs statements: the database itself, or a transaction. */
export interface Reader {
  rows<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]>
}

/** A transaction under way. What `afterCommit` is given runs once the commit is acknowledged, and not at all after a rollback. */
export interface Tx extends Reader {
  readonly inTransaction: true
  /** Which jobs a fact that is announced here brings along. */
  readonly jobsOf: JobsOf
  afterCommit(run: () => void): void
}

export interface Writer {
  /** Runs `work` in one transaction of at most 2 s; it is repeated when PostgreSQL asks for that (deadlock, serialization). */
  transaction<Result>(work: (tx: Tx) => Promise<Result>, options?: TransactionOptions): Promise<Result>
}

export interface TransactionOptions {
  /**
   * False where nobody minds if it was never done: the commit does not wait for the disk, and may be lost, whole, when PostgreSQL crashes. For what is
   * safe to do again alone.
   */
  durable?: boolean
}

/** The first row of an answer, or undefined. */
export async function firstRow<Row>(reader: Reader, asked: Statement<Row>, values: readonly unknown[]): Promise<Row | undefined> {
  return (await reader.rows(asked, values))[0]
}
