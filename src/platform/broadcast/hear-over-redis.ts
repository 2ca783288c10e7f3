import type { Redis } from '../cache/open-redis.ts'
import { poke } from '../outbox/poke.ts'
import { Broadcast, channelOf, LAG_MS_MAX, SILENCE_MS_MAX } from './channel.ts'
import { type Hearing, makeListeners } from './hearing.ts'

/** So long a silence is not waited out: nobody knows when it ends. */
const DEAF_MS_MAX = 10_000
const WATCH_MS = 1000

/**
 * Hears the facts that any process sends, by one subscription whatever the number of listeners.
 *
 * A number that is missing, two seconds of silence or of lag, and a subscription that broke are all the same to `missed`: nothing stands until
 * the next message. `lost` goes by the numbers: after a silence, or when the subscription stands again, the next message says whether there
 * was anything between, and only then, or when nothing came for ten seconds, has something been lost.
 */
export async function hearOverRedis(redis: Redis, prefix: string): Promise<Hearing> {
  const listeners = makeListeners()
  let last: number | undefined
  let heardUpTo: number | undefined
  let heardAt = Number.NEGATIVE_INFINITY

  const miss = () => {
    last = undefined
    listeners.missed()
  }
  const lose = () => {
    heardUpTo = undefined
    listeners.lost()
  }

  // What cannot be read, be it from a newer Nexus or from a stranger, may have been a change of anything.
  function hear(text: string): void {
    try {
      take(Broadcast.parse(JSON.parse(text)))
    } catch {
      miss()
      lose()
    }
  }

  function take(message: Broadcast): void {
    // Nothing was heard for a while: what was sent meanwhile may be among what this message follows.
    if (last !== undefined && performance.now() - heardAt > SILENCE_MS_MAX) miss()
    if (last !== undefined && !follows(message, last)) miss()
    if (heardUpTo !== undefined && !follows(message, heardUpTo)) lose()
    heardAt = performance.now()
    listeners.heard(message.facts)
    heardUpTo = message.last
    if (message.lagMs > LAG_MS_MAX) miss()
    else last = message.last
  }

  // A heartbeat at once, so that a process that has just started need not wait a second for the first.
  const begun = () => poke(['facts'])
  const subscription = await redis.subscribe(channelOf(prefix), { hear, lost: miss, begun })
  const watch = setInterval(() => {
    if (heardUpTo !== undefined && performance.now() - heardAt > DEAF_MS_MAX) lose()
  }, WATCH_MS).unref()

  return {
    listen: listeners.listen,
    stands: () => {
      if (last === undefined) return false
      if (performance.now() - heardAt <= SILENCE_MS_MAX) return true
      miss()
      return false
    },
    hears: () => heardUpTo !== undefined,
    last: () => last,
    close: async () => {
      clearInterval(watch)
      await subscription.close()
    },
  }
}

/** Whether nothing lies between a number that was heard and a message: nor have the numbers gone back, as those of a restored database do. */
function follows({ after, last }: Broadcast, heard: number): boolean {
  return after <= heard && last >= heard
}
