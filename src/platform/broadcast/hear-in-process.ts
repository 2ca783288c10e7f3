import { type Hearing, makeListeners, type ToldFact } from './hearing.ts'

export interface InProcessHearing extends Hearing {
  /** Tells facts to the listeners of this process. */
  tell(facts: readonly ToldFact[]): void
  /** Whether anybody listens. */
  hasListeners(): boolean
}

/**
 * Hears, without Redis, the facts that this process takes out of the database. None is missed: what is not yet taken lies there. Of several
 * processes on one database each hears what it takes itself.
 */
export function hearInProcess(): InProcessHearing {
  const listeners = makeListeners()
  let count = 0

  function tell(facts: readonly ToldFact[]): void {
    try {
      listeners.heard(facts)
    } catch {
      listeners.missed()
      listeners.lost()
    }
  }

  return {
    listen: (listener) => {
      const stop = listeners.listen(listener)
      count += 1
      return () => {
        stop()
        count -= 1
      }
    },
    hasListeners: () => count > 0,
    tell,
    stands: () => true,
    hears: () => true,
    last: () => undefined,
    close: async () => undefined,
  }
}
