import { statement, type Writer } from '../database/statement.ts'
import type { ClaimedJob } from './claim-jobs.ts'

const deleteJobs = statement<never>('queue.done', 'delete from jobs where id = any($1::bigint[])')

/** Takes the rows away. Should a crash of PostgreSQL bring them back, the jobs are run again, which they are safe to be. */
export async function finishJobs(database: Writer, jobs: readonly ClaimedJob[]): Promise<void> {
  await database.transaction((tx) => tx.rows(deleteJobs, [jobs.map(({ id }) => id)]), { durable: false })
}

export interface Failure {
  message: string
  waitSeconds: number
  forGood: boolean
  /** False when what it stands on was away: that is no failure of the job's, and it is tried for as long as it takes. */
  counts: boolean
}

const noteFailure = statement<never>(
  'queue.failed',
  `update jobs set last_error = $3, next_try_at = now() + make_interval(secs => $4), failed_at = case when $5::boolean then now() end,
     sent_at = null, lease_until = null, attempts = attempts - case when $6::boolean then 0 else 1 end
   where id = $1 and attempts = $2`,
)

/**
 * Notes a failure: the job is tried again after `waitSeconds`, or, failed for good, lies where an operator finds it. Nothing is noted when the
 * job was given to another worker since, because our lease had ended.
 */
export async function failJob(
  database: Writer,
  { id, attempts }: ClaimedJob,
  { message, waitSeconds, forGood, counts }: Failure,
): Promise<void> {
  await database.transaction((tx) => tx.rows(noteFailure, [id, attempts, message, waitSeconds, forGood, counts]))
}
