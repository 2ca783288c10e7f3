import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { refuse } from '../refusals.ts'

const MINUTE_SECONDS = 60

export type LimitName = 'sign-ups' | 'logins' | 'writes'

/** Points a minute, for each of the keys that an attempt is counted under. */
export type RateLimitSettings = Record<LimitName, number>

export interface RateLimits {
  /** Counts an attempt under every key given. @throws RATE_LIMITED with `retryAfter` when one of them is used up. */
  count(limit: LimitName, keys: readonly string[]): Promise<void>
}

/** Limits per user and address. Reads are not limited by number: cost and overload do that. */
export function openRateLimits(perMinute: RateLimitSettings): RateLimits {
  const limiters = new Map(
    (Object.keys(perMinute) as LimitName[]).map((name) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points: perMinute[name], duration: MINUTE_SECONDS }),
    ]),
  )
  return {
    count: async (limit, keys) => {
      const limiter = limiters.get(limit)
      if (!limiter) throw new Error(`there is no limit named ${limit}`)
      try {
        // One after the other: an address that is used up does not count any more under the names that it tries.
        for (const key of keys) await limiter.consume(key)
      } catch (used) {
        if (!(used instanceof RateLimiterRes)) throw used
        throw refuse('rate.limited', { retryAfter: Math.max(1, Math.ceil(used.msBeforeNext / 1000)) })
      }
    },
  }
}
