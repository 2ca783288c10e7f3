import type { Redis } from '../cache/open-redis.ts'
import { Broadcast, channelOf, LAG_MS_MAX, SILENCE_MS_MAX } from './channel.ts'

export interface FactListener {
  /** A fact that has become true somewhere. */
  heard(name: string, payload: unknown): void
  /** Something may have been missed: whatever rests on having heard everything rests on nothing. */
  missed(): void
}

export interface Hearing {
  /** Whether everything has been heard up to a moment ago. */
  stands(): boolean
  /** The number of the last fact that was heard; undefined while nothing stands. */
  last(): number | undefined
  close(): Promise<void>
}

/**
 * Hears the facts that any process sends. A number that is missing, two seconds of silence or of lag, and a subscription that broke are all the
 * same: something may have been missed, and nothing stands until the next message.
 */
export async function hearFacts(redis: Redis, prefix: string, listener: FactListener): Promise<Hearing> {
  let last: number | undefined
  let heardAt = Number.NEGATIVE_INFINITY

  const miss = () => {
    last = undefined
    listener.missed()
  }

  // What cannot be read, be it from a newer Nexus or from a stranger, may have been a change of anything.
  function hear(text: string): void {
    try {
      take(Broadcast.parse(JSON.parse(text)))
    } catch {
      miss()
    }
  }

  function take(message: Broadcast): void {
    // Nothing was heard for a while: what was sent meanwhile may be among what this message follows.
    if (last !== undefined && performance.now() - heardAt > SILENCE_MS_MAX) miss()
    if (last !== undefined && message.after !== last) miss()
    heardAt = performance.now()
    for (const { name, payload } of message.facts) listener.heard(name, payload)
    if (message.lagMs > LAG_MS_MAX) miss()
    else last = message.last
  }

  const subscription = await redis.subscribe(channelOf(prefix), hear, miss)
  return {
    stands: () => {
      if (last === undefined) return false
      if (performance.now() - heardAt <= SILENCE_MS_MAX) return true
      miss()
      return false
    },
    last: () => last,
    close: subscription.close,
  }
}
