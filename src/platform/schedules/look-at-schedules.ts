import { firstRow, type Reader, statement } from '../database/statement.ts'
import { nextTick, type Schedule } from './schedule.ts'

/** A schedule as an operator sees it. */
export interface ScheduleSeen {
  name: string
  pattern: string
  missed: Schedule['missed']
  jobs: string[]
  /** When its jobs were added last; null when they never were. */
  lastFiredAt: Date | null
  /** The tick that was fired last. */
  lastDueAt: Date | null
  nextDueAt: Date
}

const rows = statement<{ name: string; pattern: string; lastFiredAt: Date | null; lastDueAt: Date | null; nextDueAt: Date }>(
  'schedules.seen',
  `select name, pattern, last_fired_at as "lastFiredAt", last_due_at as "lastDueAt", next_due_at as "nextDueAt" from schedules`,
)
const now = statement<{ now: Date }>('schedules.now', 'select clock_timestamp() as now')

/** The schedules of the table, in its order. One that no scheduler has seen yet is due when its pattern says. */
export async function lookAtSchedules(reader: Reader, schedules: readonly Schedule[]): Promise<ScheduleSeen[]> {
  const known = new Map((await reader.rows(rows, [])).map((row) => [row.name, row]))
  const instant = (await firstRow(reader, now, []))?.now ?? new Date()
  return schedules.map((schedule) => {
    const row = known.get(schedule.name)
    const { name, pattern, missed } = schedule
    return {
      ...{ name, pattern, missed, jobs: schedule.jobs.map((job) => job.name) },
      ...{ lastFiredAt: row?.lastFiredAt ?? null, lastDueAt: row?.lastDueAt ?? null },
      nextDueAt: row?.pattern === pattern ? row.nextDueAt : nextTick(schedule, instant),
    }
  })
}
