import { firstRow, statement } from '../database/statement.ts'
import type { MetricSources } from './metrics.ts'

/** The parts that a process stands on, as it sees them. */
export interface SystemState {
  /** Null where there is none. */
  redisConnected: boolean | null
  rabbitmqConnected: boolean | null
  pulseAgeSeconds: number | null
  jobsWaiting: number
  jobsFailed: number
  /** For how long the job has been due that has been due longest. */
  oldestDueSeconds: number
  factsWaiting: number
}

type Waiting = Pick<SystemState, 'jobsWaiting' | 'jobsFailed' | 'oldestDueSeconds' | 'factsWaiting'>

const waiting = statement<Waiting>(
  'observe.waiting',
  `select count(*) filter (where failed_at is null)::int as "jobsWaiting", count(failed_at)::int as "jobsFailed",
     coalesce(greatest(0, max(extract(epoch from now() - coalesce(sent_at, next_try_at))) filter (where failed_at is null)), 0)::float8 as "oldestDueSeconds",
     (select count(*)::int from facts) as "factsWaiting"
   from jobs`,
)

export async function readSystemState({ database, redisConnected, rabbitmqConnected, pulseAgeMs }: MetricSources): Promise<SystemState> {
  const row = await firstRow(database, waiting, [])
  if (!row) throw new Error('what waits was not counted')
  const ageMs = pulseAgeMs?.()
  return {
    ...row,
    redisConnected: redisConnected?.() ?? null,
    rabbitmqConnected: rabbitmqConnected?.() ?? null,
    pulseAgeSeconds: ageMs === undefined ? null : ageMs / 1000,
  }
}
