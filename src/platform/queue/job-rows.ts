import { statement, type Tx } from '../database/statement.ts'

/** A job as a row. */
export interface JobRow {
  id: number
  name: string
  payload: unknown
  attempts: number
}

const insertJobs = statement<never>('queue.add', 'insert into jobs (name, payload) select unnest($1::text[]), unnest($2::jsonb[])')

/** Adds jobs inside the transaction that calls for them. */
export async function addJobs(tx: Tx, jobs: readonly { name: string; payload: unknown }[]): Promise<void> {
  if (jobs.length === 0) return
  await tx.rows(insertJobs, [jobs.map((job) => job.name), jobs.map((job) => JSON.stringify(job.payload))])
}

const takeDueJobs = statement<JobRow>(
  'queue.take',
  `update jobs set attempts = attempts + 1, next_try_at = now() + make_interval(secs => $2)
   where id in (select id from jobs where failed_at is null and next_try_at <= now() order by next_try_at, id limit $1 for update skip locked)
   returning id, name, payload, attempts`,
)

/** Takes jobs that are due: nobody else takes them for `leaseSeconds`, after which one whose worker died is taken again. */
export async function takeJobs(tx: Tx, count: number, leaseSeconds: number): Promise<JobRow[]> {
  const jobs = await tx.rows(takeDueJobs, [count, leaseSeconds])
  return jobs.sort((a, b) => a.id - b.id)
}

const deleteJob = statement<never>('queue.done', 'delete from jobs where id = $1')
const postponeJob = statement<never>(
  'queue.postpone',
  `update jobs set last_error = $2, next_try_at = now() + make_interval(secs => $3), failed_at = case when $4::boolean then now() end where id = $1`,
)

export async function finishJob(tx: Tx, id: number): Promise<void> {
  await tx.rows(deleteJob, [id])
}

/** Notes a failure: the job is tried again after `waitSeconds`, or, failed for good, lies where an operator finds it. */
export async function failJob(tx: Tx, id: number, failure: { message: string; waitSeconds: number; forGood: boolean }): Promise<void> {
  await tx.rows(postponeJob, [id, failure.message, failure.waitSeconds, failure.forGood])
}
