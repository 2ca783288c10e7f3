import { firstRow, statement, type Writer } from '../database/statement.ts'
import type { Lane } from './job.ts'

/** A job that is ours to run until its lease ends: nobody else is given it meanwhile. */
export interface ClaimedJob {
  id: number
  name: string
  payload: unknown
  /** With this one. */
  attempts: number
}

// A lease stands in no index, so that taking one writes nothing but the row; and a crash that undoes it has the job run again, which it is safe to be.
const claimDueJobs = statement<ClaimedJob>(
  'queue.claim-due',
  `update jobs set attempts = attempts + 1, lease_until = now() + make_interval(secs => $3)
   where id in (
     select id from jobs
     where lane = $1 and failed_at is null and next_try_at <= now() and (lease_until is null or lease_until <= now())
     order by next_try_at, id limit $2 for update skip locked)
   returning id, name, payload, attempts`,
)

/** Claims jobs that are due, those first that have been due longest. One whose worker died is due again when its lease has ended. */
export async function claimJobs(database: Writer, lane: Lane, count: number, leaseSeconds: number): Promise<ClaimedJob[]> {
  const jobs = await database.transaction((tx) => tx.rows(claimDueJobs, [lane, count, leaseSeconds]), { durable: false })
  return jobs.sort((a, b) => a.id - b.id)
}

const claimSentJob = statement<ClaimedJob>(
  'queue.claim-sent',
  `update jobs set attempts = attempts + 1, lease_until = now() + make_interval(secs => $2)
   where id = $1 and failed_at is null and sent_at is not null and (lease_until is null or lease_until <= now())
   returning id, name, payload, attempts`,
)

/** Claims the job that a message names. Undefined when it is done, under way, waiting for its next try, or lies there: then the message is old. */
export async function claimJob(database: Writer, id: number, leaseSeconds: number): Promise<ClaimedJob | undefined> {
  return database.transaction((tx) => firstRow(tx, claimSentJob, [id, leaseSeconds]), { durable: false })
}
