import { type Statement, statement, type Tx, type Writer } from '../database/statement.ts'

const retry = statement<never>(
  'queue.retry',
  'update jobs set attempts = 0, failed_at = null, sent_at = null, next_try_at = now() where id = any($1::bigint[])',
)

/** Makes jobs due at once, with all their attempts before them. Answers the ids that no job has; if there are any, nothing is changed. */
export function retryJobs(database: Writer, ids: readonly number[]): Promise<number[]> {
  return changeJobs(database, ids, [retry])
}

// Until a fan-out's row is gone, readers of feeds merge its entry. Discarded, it must lie there for as long as heads live that lack it.
const keepEntries = statement<never>(
  'queue.keep-entries',
  `update jobs set name = 'feeds.keep', lane = 'bulk', attempts = 0, failed_at = null, sent_at = null, last_error = null,
     next_try_at = now() + interval '25 hours'
   where id = any($1::bigint[]) and entry_id is not null`,
)
const discard = statement<never>('queue.discard', 'delete from jobs where id = any($1::bigint[]) and entry_id is null')

/**
 * Gives jobs up: their rows go, but for those that bring an entry into feeds, which bring it no more and lie there for a day. Answers the ids that
 * no job has; if there are any, nothing is changed.
 */
export function discardJobs(database: Writer, ids: readonly number[]): Promise<number[]> {
  return changeJobs(database, ids, [keepEntries, discard])
}

async function changeJobs(database: Writer, ids: readonly number[], changes: readonly Statement<never>[]): Promise<number[]> {
  return database.transaction(async (tx) => {
    const unknown = await findUnknown(tx, ids)
    if (unknown.length === 0) for (const change of changes) await tx.rows(change, [ids])
    return unknown
  })
}

const lockJobs = statement<{ id: number }>('queue.lock', 'select id from jobs where id = any($1::bigint[]) order by id for update')

async function findUnknown(tx: Tx, ids: readonly number[]): Promise<number[]> {
  const there = new Set((await tx.rows(lockJobs, [ids])).map(({ id }) => id))
  return ids.filter((id) => !there.has(id))
}
