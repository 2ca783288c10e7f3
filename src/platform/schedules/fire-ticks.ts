import { firstRow, statement, type Tx, type Writer } from '../database/statement.ts'
import { addJobs } from '../queue/add-jobs.ts'
import { nextTick, type Schedule, Tick, ticksDue } from './schedule.ts'
import { readLeaseLeft, takeLease } from './schedule-lease.ts'

export interface Fired {
  /** Whether the lease is ours: only then was anything fired. */
  holding: boolean
  ticks: { name: string; dueAt: Date }[]
  /** Until the next tick is due, or until the lease of another may have ended. */
  waitMs: number
}

/**
 * Takes or keeps the lease and fires what is due: in one transaction the lease, the jobs and the note that they were added. So each tick is fired
 * once, by the clock of the database, whatever number of schedulers there are and whenever one of them dies.
 */
export async function fireTicks(database: Writer, schedules: readonly Schedule[], holder: string, leaseSeconds: number): Promise<Fired> {
  return database.transaction(async (tx) => {
    const now = await takeLease(tx, holder, leaseSeconds)
    if (!now) return { holding: false, ticks: [], waitMs: await readLeaseLeft(tx) }
    const nextDue = await readNextDue(tx)
    const ticks: Fired['ticks'] = []
    let soonest = Number.POSITIVE_INFINITY
    for (const schedule of schedules) {
      const { fire, next } = ticksOf(schedule, nextDue.get(schedule.name), now)
      for (const dueAt of fire) ticks.push({ name: schedule.name, dueAt })
      if (next) await note(tx, schedule, fire, next)
      soonest = Math.min(soonest, (next ?? nextDue.get(schedule.name)?.dueAt ?? now).getTime())
    }
    return { holding: true, ticks, waitMs: Math.max(0, soonest - now.getTime()) }
  })
}

interface NextDue {
  pattern: string
  dueAt: Date
}

const nextDueOfAll = statement<NextDue & { name: string }>(
  'schedules.next-due',
  'select name, pattern, next_due_at as "dueAt" from schedules',
)

async function readNextDue(tx: Tx): Promise<Map<string, NextDue>> {
  return new Map((await tx.rows(nextDueOfAll, [])).map(({ name, ...due }) => [name, due]))
}

/** What to fire of a schedule. `next` is left out where its row stays as it is; one that is new, or has another pattern, begins now. */
function ticksOf(schedule: Schedule, known: NextDue | undefined, now: Date): { fire: Date[]; next?: Date } {
  if (known?.pattern !== schedule.pattern) return { fire: [], next: nextTick(schedule, now) }
  return known.dueAt <= now ? ticksDue(schedule, known.dueAt, now) : { fire: [] }
}

const noteTicks = statement<never>(
  'schedules.note-ticks',
  `insert into schedules (name, pattern, next_due_at) values ($1, $2, $3)
   on conflict (name) do update set pattern = $2, next_due_at = $3, last_due_at = coalesce($4, schedules.last_due_at),
     last_fired_at = case when $4::timestamptz is null then schedules.last_fired_at else clock_timestamp() end`,
)

async function note(tx: Tx, schedule: Schedule, fire: readonly Date[], next: Date): Promise<void> {
  await addJobsOf(tx, schedule, fire)
  await tx.rows(noteTicks, [schedule.name, schedule.pattern, next, fire.at(-1) ?? null])
}

async function addJobsOf(tx: Tx, schedule: Schedule, ticks: readonly Date[]): Promise<void> {
  const inputs: Tick[] = ticks.map((dueAt) => ({ dueAt: dueAt.toISOString() }))
  for (const { name, lane } of schedule.jobs) await addJobs(tx, { name, lane, input: Tick }, inputs)
}

const noteFiredByHand = statement<{ now: Date }>(
  'schedules.note-fired-by-hand',
  `insert into schedules (name, pattern, next_due_at, last_fired_at) values ($1, $2, $3, clock_timestamp())
   on conflict (name) do update set last_fired_at = clock_timestamp() returning last_fired_at as now`,
)

/** Adds a schedule's jobs now, beside its ticks. Answers the instant that they are given. */
export function fireNow(database: Writer, schedule: Schedule): Promise<Date> {
  return database.transaction(async (tx) => {
    const noted = await firstRow(tx, noteFiredByHand, [schedule.name, schedule.pattern, nextTick(schedule, new Date())])
    if (!noted) throw new Error(`the schedule ${schedule.name} was not noted`)
    await addJobsOf(tx, schedule, [noted.now])
    return noted.now
  })
}
