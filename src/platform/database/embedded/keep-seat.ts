import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Seat } from './take-seat.ts'

const PAUSE_MS = 1000

/**
 * Holds on to a seat until it is released. PostgreSQL ends all sessions when one of its processes is killed, and may be killed
 * itself: then `sitAgain` starts it again and takes a new seat, once a second until it succeeds.
 */
export function keepSeat(
  first: Seat,
  log: Pick<Logger, 'warn'>,
  sitAgain: (signal: AbortSignal) => Promise<Seat>,
): { release(): Promise<Seat> } {
  const released = new AbortController()
  const { signal } = released
  let seat = first
  let sitting: Promise<void> = Promise.resolve()

  const watch = () => {
    void seat.lost.then(() => {
      if (!signal.aborted) sitting = replace()
    })
  }
  const replace = async () => {
    log.warn('The embedded PostgreSQL was interrupted')
    while (!signal.aborted) {
      try {
        seat = await sitAgain(signal)
        return watch()
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'The embedded PostgreSQL could not be started again yet')
        await sleep(PAUSE_MS, undefined, { signal }).catch(() => {})
      }
    }
  }
  watch()

  return {
    async release() {
      released.abort()
      await sitting
      return seat
    },
  }
}
