import { type ComputedOnce, type ComputeOnceSettings, computeOnce } from '../../platform/cache/compute-once.ts'
import type { Redis } from '../../platform/cache/open-redis.ts'
import type { Reader } from '../../platform/database/statement.ts'
import { rankPosts } from './rank-posts.ts'
import { type RankedTag, rankTags } from './rank-tags.ts'
import type { TrendWindow } from './trend-rules.ts'

/** A ranking stands for fifty times what its computing took: so all of them together take a few hundredths of one processor at most. */
const FRESH_TIMES = 50
const FRESH_MS = { min: 2000, max: 300_000 }

/** The rankings of each window, computed when somebody asks, once for all who ask. */
export interface Rankings {
  posts: ComputedOnce<TrendWindow, number[]>
  tags: ComputedOnce<TrendWindow, RankedTag[]>
}

export interface RankingsSettings {
  database: Reader
  redis: Redis | undefined
  prefix: string
  log: ComputeOnceSettings<never, never>['log']
}

export function openRankings({ database, redis, prefix, log }: RankingsSettings): Rankings {
  const kept = (what: string) => ({ freshMs, redis, prefix: `${prefix}trends:${what}:`, log })
  return {
    posts: computeOnce({ ...kept('posts'), compute: (window: TrendWindow) => rankPosts(database, window) }),
    tags: computeOnce({ ...kept('tags'), compute: (window: TrendWindow) => rankTags(database, window) }),
  }
}

function freshMs(tookMs: number): number {
  return Math.min(Math.max(FRESH_TIMES * tookMs, FRESH_MS.min), FRESH_MS.max)
}
