import { statement, type Writer } from '../database/statement.ts'
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

const claimSentJobs = statement<ClaimedJob>(
  'queue.claim-sent',
  `update jobs set attempts = attempts + 1, lease_until = now() + make_interval(secs => $2)
   where id in (
     select id from jobs
     where id = any($1::bigint[]) and failed_at is null and sent_at is not null and (lease_until is null or lease_until <= now())
     order by id for update)
   returning id, name, payload, attempts`,
)

/**
 * Claims the jobs that messages name, each as an answer in the order of the ids. Undefined for one that is done, under way, waiting for its next try,
 * or lies there: then the message is old.
 */
export async function claimSent(database: Writer, ids: readonly number[], leaseSeconds: number): Promise<(ClaimedJob | undefined)[]> {
  const jobs = await database.transaction((tx) => tx.rows(claimSentJobs, [ids, leaseSeconds]), { durable: false })
  const byId = new Map(jobs.map((job) => [job.id, job]))
  return ids.map((id) => take(byId, id))
}

/** Of two messages that name the same job one brings it. */
function take(jobs: Map<number, ClaimedJob>, id: number): ClaimedJob | undefined {
  const job = jobs.get(id)
  jobs.delete(id)
  return job
}
