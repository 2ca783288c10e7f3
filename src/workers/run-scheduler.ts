import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Writer } from '../platform/database/statement.ts'
import { fireTicks } from '../platform/schedules/fire-ticks.ts'
import type { Schedule } from '../platform/schedules/schedule.ts'
import { endLease } from '../platform/schedules/schedule-lease.ts'

export interface SchedulerTimes {
  /** Whoever holds the lease keeps it for so long beyond the last time that it was seen. A tick waits no longer than this for another to fire it. */
  leaseSeconds: number
  /** The lease is looked at this often: kept by its holder, taken by another when it has ended. */
  lookMs: number
}

const SCHEDULER_TIMES: SchedulerTimes = { leaseSeconds: 30, lookMs: 10_000 }

export interface Scheduler {
  /** Fires nothing more, and leaves the lease to others. */
  close(): Promise<void>
}

/** Fires what is due by the clock. Any number of processes may do so beside each other: one holds the lease, the others wait for its end. */
export function runScheduler(
  database: Writer,
  schedules: readonly Schedule[],
  log: Logger,
  times: SchedulerTimes = SCHEDULER_TIMES,
): Scheduler {
  const holder = randomUUID()
  const closing = new AbortController()

  async function step(): Promise<number> {
    const { ticks, waitMs } = await fireTicks(database, schedules, holder, times.leaseSeconds)
    for (const { name, dueAt } of ticks) log.debug({ schedule: name, dueAt }, 'a schedule was due')
    return Math.min(waitMs, times.lookMs)
  }

  async function loop(): Promise<void> {
    while (!closing.signal.aborted) {
      const waitMs = await step().catch((err: unknown) => {
        log.warn({ err }, 'nothing is fired by the clock: the database does not answer')
        return times.lookMs
      })
      await delay(waitMs, undefined, { signal: closing.signal }).catch(() => undefined)
    }
    await endLease(database, holder).catch((err: unknown) => log.debug({ err }, 'the lease ends by itself'))
  }

  const ended = loop()
  return {
    close: async () => {
      closing.abort()
      await ended
    },
  }
}
