import { firstRow, type Reader, statement } from '../database/statement.ts'
import type { Lane } from './job.ts'

/** A job as an operator sees it. */
export interface JobSeen {
  id: number
  name: string
  lane: Lane
  /** Waiting for its time, or for a worker that was told of it; failed: for good. */
  state: 'waiting' | 'running' | 'failed'
  attempts: number
  payload: unknown
  error: string | null
  createdAt: Date
  nextTryAt: Date
  sentAt: Date | null
  leaseUntil: Date | null
  failedAt: Date | null
}

const columns = `id, name, lane,
  case when failed_at is not null then 'failed' when lease_until > now() then 'running' else 'waiting' end as state, attempts,
  created_at as "createdAt", next_try_at as "nextTryAt", sent_at as "sentAt", lease_until as "leaseUntil", failed_at as "failedAt",
  last_error as error, payload`

const jobs = statement<JobSeen>(
  'queue.jobs',
  `select ${columns} from jobs where (failed_at is not null or not $1::boolean) and ($2::text is null or name = $2) and id > $4 order by id limit $3`,
)

/** The jobs that are there, oldest first: those that failed for good alone, or of one name, where that is asked for. */
export function listJobs(
  reader: Reader,
  asked: { failed: boolean; name: string | undefined; above?: number },
  count: number,
): Promise<JobSeen[]> {
  return reader.rows(jobs, [asked.failed, asked.name ?? null, count, asked.above ?? 0])
}

const job = statement<JobSeen>('queue.job', `select ${columns} from jobs where id = $1`)

export function readJob(reader: Reader, id: number): Promise<JobSeen | undefined> {
  return firstRow(reader, job, [id])
}
