import { statement, type Writer } from '../database/statement.ts'
import type { Lane } from './job.ts'

const markDueJobs = statement<{ id: number }>(
  'queue.mark-sent',
  `update jobs set sent_at = now(), next_try_at = now() + make_interval(secs => $3)
   where id in (
     select id from jobs
     where lane = $1 and failed_at is null and next_try_at <= now() and (lease_until is null or lease_until <= now())
     order by next_try_at, id limit $2 for update skip locked)
   returning id`,
)

/** Marks jobs that are due as sent, and answers their ids: to us alone, until they are due again, not done, after `resendSeconds`. */
export async function markSent(database: Writer, lane: Lane, count: number, resendSeconds: number): Promise<number[]> {
  const rows = await database.transaction((tx) => tx.rows(markDueJobs, [lane, count, resendSeconds]), { durable: false })
  return rows.map(({ id }) => id).sort((a, b) => a - b)
}

const unmarkJobs = statement<never>(
  'queue.unmark-sent',
  `update jobs set sent_at = null, next_try_at = now()
   where id = any($1::bigint[]) and sent_at is not null and (lease_until is null or lease_until <= now())`,
)

/** Makes jobs due at once that may not have arrived. Those that did arrive and are under way or done are left alone. */
export async function unmarkSent(database: Writer, ids: readonly number[]): Promise<void> {
  await database.transaction((tx) => tx.rows(unmarkJobs, [ids]))
}
