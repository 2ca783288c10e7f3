import { type Reader, statement } from '../database/statement.ts'

export interface JobsInState {
  name: string
  state: 'waiting' | 'running' | 'failed'
  count: number
  /** For how long the one that has been due longest has been; of those that failed, since when. */
  oldestSeconds: number
}

const jobs = statement<JobsInState>(
  'observe.jobs',
  `select name, state, count(*)::int as count, greatest(0, max(extract(epoch from now() - since)))::float8 as "oldestSeconds" from (
     select name, case when failed_at is not null then 'failed' when lease_until > now() then 'running' else 'waiting' end as state,
       coalesce(failed_at, case when sent_at is null then next_try_at else sent_at end) as since
     from jobs
   ) seen group by name, state`,
)

/** The jobs that are there, by name and state. */
export function readJobsInStates(reader: Reader): Promise<JobsInState[]> {
  return reader.rows(jobs, [])
}

export interface LastAudit {
  kind: string
  lookedAt: number
  differing: number
  ageSeconds: number
}

const lastAudits = statement<LastAudit>(
  'observe.last-audits',
  `select distinct on (kind) kind, looked_at as "lookedAt", differing, extract(epoch from now() - ended_at)::float8 as "ageSeconds"
   from audits order by kind, id desc`,
)

/** The last audit of each kind. */
export function readLastAudits(reader: Reader): Promise<LastAudit[]> {
  return reader.rows(lastAudits, [])
}

const lateSchedules = statement<{ name: string; lateSeconds: number }>(
  'observe.late-schedules',
  'select name, greatest(0, extract(epoch from now() - next_due_at))::float8 as "lateSeconds" from schedules',
)

/** For how long each schedule has been due. */
export function readLateSchedules(reader: Reader): Promise<{ name: string; lateSeconds: number }[]> {
  return reader.rows(lateSchedules, [])
}
