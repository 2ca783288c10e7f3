import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { refuse } from '../refusals.ts'

const MINUTE_SECONDS = 60
/**
 * So many times what one network may try, everybody together may try at one name. Were it as few, anybody could keep its owner out by
 * wrong tries; were it unlimited, many networks could guess for ever.
 */
const TRIES_AT_A_NAME = 20

export type LimitName = 'sign-ups' | 'logins' | 'writes' | 'uploads'

/** Points a minute, for each of the keys that an attempt is counted under. */
export type RateLimitSettings = Record<LimitName, number>

/** What is left under the key that has the least. */
export interface Counted {
  points: number
  left: number
  /** When the minute is over. */
  resetsAt: Date
}

export interface RateLimits {
  /** Counts an attempt under every key given. @throws RATE_LIMITED with `retryAfter` when one of them is used up. */
  count(limit: LimitName, keys: readonly string[]): Promise<Counted | undefined>
  /** Counts a try at a name, whoever tries. Answers how to take it back: one that succeeds was no guess. @throws RATE_LIMITED */
  countTry(name: string): Promise<() => Promise<void>>
}

/** Limits per user and address. Reads are not limited by number: cost and overload do that. */
export function openRateLimits(perMinute: RateLimitSettings): RateLimits {
  const limiters = new Map((Object.keys(perMinute) as LimitName[]).map((name) => [name, makeLimiter(name, perMinute[name])]))
  const tries = makeLimiter('tries', TRIES_AT_A_NAME * perMinute.logins)
  return {
    count: async (limit, keys) => {
      const limiter = limiters.get(limit)
      if (!limiter) throw new Error(`there is no limit named ${limit}`)
      // One after the other: an address that is used up does not count any more under the names that it tries.
      let least: Counted | undefined
      for (const key of keys) {
        const { remainingPoints: left, msBeforeNext } = await consume(limiter, key)
        if (!least || left < least.left) least = { points: limiter.points, left, resetsAt: new Date(Date.now() + msBeforeNext) }
      }
      return least
    },
    countTry: async (name) => {
      // Counted before, not after it has failed: else many at once would all be let through.
      await consume(tries, name)
      return async () => {
        await tries.reward(name)
      }
    },
  }
}

function makeLimiter(keyPrefix: string, points: number): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points, duration: MINUTE_SECONDS })
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key)
  } catch (used) {
    if (!(used instanceof RateLimiterRes)) throw used
    throw refuse('rate.limited', { retryAfter: Math.max(1, Math.ceil(used.msBeforeNext / 1000)) })
  }
}
