import { Cron } from 'croner'
import { z } from 'zod'
import type { JobKind } from '../queue/job.ts'

/** A tick that waits no longer than this is only late, and fires. One that waits longer was missed: nobody was there. */
const LATE_SECONDS_MAX = 60

/** What a tick gives to its jobs: the instant at which it was due. */
export const Tick = z.object({ dueAt: z.iso.datetime() })
export type Tick = z.infer<typeof Tick>

/** Jobs that are due by the clock. */
export interface Schedule<Due extends JobKind = JobKind> {
  /** `<room>.<what is done>`: its row's name. */
  readonly name: string
  /** A cron pattern in UTC, with seconds where it has six parts. */
  readonly pattern: string
  /** What becomes of ticks that nobody was there to fire: made up for by one, the newest, as soon as somebody is; or left out. */
  readonly missed: 'catch-up' | 'skip'
  /** Added at each tick, each with the tick as its input. */
  readonly jobs: readonly Due[]
}

/** The first instant after `after` that the pattern names. */
export function nextTick({ name, pattern }: Schedule, after: Date): Date {
  const next = new Cron(pattern, { timezone: 'UTC' }).nextRun(after)
  if (!next) throw new Error(`the schedule ${name} is never due again: ${pattern}`)
  return next
}

/** The ticks to fire of those that were due from `dueAt` to `now`, oldest first, and when the next one is due. */
export function ticksDue(schedule: Schedule, dueAt: Date, now: Date): { fire: Date[]; next: Date } {
  const lateFrom = new Date(now.getTime() - LATE_SECONDS_MAX * 1000)
  const anyMissed = dueAt < lateFrom
  const fire = anyMissed && schedule.missed === 'catch-up' ? [lastTickBefore(schedule, lateFrom) ?? dueAt] : []
  let next = anyMissed ? nextTick(schedule, new Date(lateFrom.getTime() - 1)) : dueAt
  for (; next <= now; next = nextTick(schedule, next)) fire.push(next)
  return { fire, next }
}

function lastTickBefore({ pattern }: Schedule, instant: Date): Date | undefined {
  return new Cron(pattern, { timezone: 'UTC' }).previousRuns(1, instant)[0]
}
