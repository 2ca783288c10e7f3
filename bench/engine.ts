import { measureBusyQueue } from './busy-queue.ts'
import { measureColdFeed } from './cold-feed.ts'
import { measureDeliveries } from './deliveries.ts'
import { measureHeads } from './heads.ts'
import { measureHeavyReader } from './heavy-reader.ts'
import { measureLikes } from './likes.ts'
import { REDIS_URL } from './measure/open-engine.ts'
import type { Target } from './measure/targets.ts'
import { measurePeers } from './peers.ts'
import { measurePending } from './pending.ts'
import { measurePopularAuthor } from './popular-author.ts'
import { measureWarmFeed, targetsOfWarmFeed } from './warm-feed.ts'
import type { World } from './world.ts'

/** What the engine must reach, with all that was measured beside it, by the name of the scenario. */
export interface EngineResult {
  targets: Target[]
  scenarios: Record<string, object>
  holds: Record<string, boolean>
}

const ROUNDS = 3
const WARM_SECONDS = 5
const SECONDS = 4
const CONNECTIONS = 32

/** Runs the scenarios of the engine's table, one after the other, those that only read before those that write. */
export async function measureEngine(world: World): Promise<EngineResult> {
  const warm = await measureWarmFeed(world, { rounds: ROUNDS, seconds: WARM_SECONDS, connections: CONNECTIONS, redisUrl: REDIS_URL })
  const heads = await measureHeads(REDIS_URL, { heads: 2000, appends: 500 })
  const scenarios = {
    'warm-feed': { ...warm, targets: targetsOfWarmFeed(warm) },
    'cold-feed': await measureColdFeed(world, ROUNDS),
    peers: await measurePeers(world, { rounds: 1, seconds: SECONDS }),
    pending: await measurePending(world, { rounds: ROUNDS, seconds: SECONDS }),
    'heavy-reader': await measureHeavyReader(world),
    heads,
    likes: await measureLikes(world, { rounds: ROUNDS, seconds: SECONDS }),
    'popular-author': await measurePopularAuthor(world),
    deliveries: await measureDeliveries(world, ROUNDS),
    'busy-queue': await measureBusyQueue(world, { rounds: ROUNDS, seconds: SECONDS }),
  }
  const targets = Object.values(scenarios).flatMap((scenario) => scenario.targets as Target[])
  const holds = Object.assign({}, ...Object.values(scenarios).map((scenario) => scenario.holds)) as EngineResult['holds']
  return { targets, scenarios, holds }
}
