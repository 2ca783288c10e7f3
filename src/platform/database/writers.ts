import pg from 'pg'
import type { JobsOf } from '../queue/job.ts'
import { Unavailable } from '../unavailable.ts'
import { type ConnectionSettings, connectionConfig, queryConfig, TRANSACTION_TIMEOUT_MS } from './connection.ts'
import { explainFailure, mayBeRepeated } from './failures.ts'
import type { Statement, TransactionOptions, Tx, Writer } from './statement.ts'

/** Writers waiting for a connection. Beyond it a write is refused at once. */
const WRITES_WAITING_MAX = 1000
const ATTEMPTS_MAX = 4

export interface WriterSettings extends ConnectionSettings {
  jobsOf: JobsOf
}

/** The connections that transactions are run on, each by one transaction at a time. */
export function openWriters(settings: WriterSettings, connections: number): Writer & { close(): Promise<void> } {
  const pool = new pg.Pool({ ...connectionConfig(settings, 'write'), max: connections })
  pool.on('error', () => undefined) // an idle connection that broke is replaced by the pool
  pool.on('connect', (client) => client.on('error', () => undefined)) // one in use tells its statements; unheard, it would end the process

  async function transaction<Result>(work: (tx: Tx) => Promise<Result>, { durable = true }: TransactionOptions = {}): Promise<Result> {
    const begin = durable ? 'begin' : 'begin; set local synchronous_commit to off'
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await runOnce(pool, settings, begin, work)
      } catch (error) {
        if (attempt >= ATTEMPTS_MAX || !mayBeRepeated(error)) throw explainFailure(error)
      }
    }
  }

  return { transaction, close: () => pool.end() }
}

async function runOnce<Result>(pool: pg.Pool, settings: WriterSettings, begin: string, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  if (pool.waitingCount >= WRITES_WAITING_MAX) throw new Unavailable('too many writes are waiting for the database')
  const client = await pool.connect()
  const committed: (() => void)[] = []
  let overdue = false
  const timer = setTimeout(() => {
    overdue = true
    client.release(true) // closes the connection: PostgreSQL rolls back
  }, TRANSACTION_TIMEOUT_MS)
  try {
    const begun = client.query(begin)
    begun.catch(() => undefined) // its failure is the failure of what follows
    const result = await work(transactionOn(client, settings, committed))
    await client.query('commit')
    for (const run of committed) run()
    return result
  } catch (error) {
    if (overdue) throw new Unavailable('a transaction took too long', { cause: error })
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    clearTimeout(timer)
    if (!overdue) client.release()
  }
}

function transactionOn(client: pg.PoolClient, settings: WriterSettings, committed: (() => void)[]): Tx {
  return {
    inTransaction: true,
    jobsOf: settings.jobsOf,
    rows: async <Row>(asked: Statement<Row>, values: readonly unknown[]) =>
      (await client.query(queryConfig(asked, values, settings.prepare))).rows as Row[],
    afterCommit: (run) => committed.push(run),
  }
}
