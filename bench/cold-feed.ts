import { statement } from '../src/platform/database/statement.ts'
import { driveLoad } from './measure/drive-load.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { type Engine, openEngine } from './measure/open-engine.ts'
import { runScenario } from './measure/run-scenario.ts'
import { signIn } from './measure/sign-in-readers.ts'
import { median, rounded } from './measure/statistics.ts'
import { holdsOf, type Target } from './measure/targets.ts'
import { runPgbenchOfHeads } from './peers/pgbench.ts'
import type { World } from './world.ts'

export interface ColdFeedResult {
  readers: number
  entriesAHead: number
  rounds: { nexus: number; pgbench: number; share: number }[]
  targets: Target[]
  holds: Record<string, boolean>
}

const READERS_MAX = 1500
const FOLLOWS = { min: 80, max: 125 }
const CONNECTIONS = 8
const HEADS_LOOKED_AT = 100

const readersWith = statement<{ id: number }>(
  'bench.readers-with-follows',
  `select u.id from users u join user_counts c on c.user_id = u.id where u.suspended_at is null and u.closed_at is null
   group by u.id having sum(c.following) between $1 and $2 order by u.id limit $3`,
)

/**
 * Reads the feeds of people who follow about a hundred, none of whom has a head: each read builds one of 800 entries. In turn with it pgbench runs the
 * statement that answers a head's ids, for the same people.
 */
export async function measureColdFeed(world: World, rounds: number): Promise<ColdFeedResult> {
  const engine = await openEngine(world)
  const nexus = await startNexusProcess(engine.environment, 'api')
  try {
    const readers = (await engine.database.rows(readersWith, [FOLLOWS.min, FOLLOWS.max, READERS_MAX])).map(({ id }) => id)
    const order = {
      host: '127.0.0.1',
      port: Number(new URL(nexus.url).port),
      connections: CONNECTIONS,
      seconds: 0,
      once: true,
      body: JSON.stringify({ query: HOME_FEED }),
      authorizations: await signIn(world, engine.secret, readers),
    }
    await driveLoad(order) // compiled code, plans and the rows of posts are warm, as they are in life
    const taken: ColdFeedResult['rounds'] = []
    for (let round = 1; round <= rounds; round += 1) {
      await engine.dropHeads()
      const { requests, seconds, failed } = await driveLoad(order)
      if (failed > 0) throw new Error(`${failed} of ${requests} answers were not good`)
      const pgbench = await runPgbenchOfHeads(world.databaseUrl, CONNECTIONS, readers)
      taken.push({ nexus: Math.round(requests / seconds), pgbench: Math.round(pgbench), share: rounded(requests / seconds / pgbench) })
      console.log(`cold feed: round ${round}, Nexus ${taken.at(-1)?.nexus}/s, pgbench ${taken.at(-1)?.pgbench}/s`)
    }
    const targets: Target[] = [
      {
        what: 'cold read that builds a head of 800 (100 follows), as a share of pgbench with its ids’ statement',
        value: median(taken.map(({ share }) => share)),
        atLeast: 0.25,
        aim: 0.5,
        unit: 'share',
        better: 'more',
      },
    ]
    const entriesAHead = await meanLength(engine, readers.slice(0, HEADS_LOOKED_AT))
    return { readers: readers.length, entriesAHead, rounds: taken, targets, holds: holdsOf(targets) }
  } finally {
    await nexus.stop()
    await engine.close()
  }
}

export const HOME_FEED = `{ homeFeed(first: 20) { edges { node { id content createdAt author { id username displayName } likeCount commentCount shareCount } }
  pageInfo { hasNextPage endCursor } } }`

async function meanLength({ heads, pulse }: Engine, viewerIds: readonly number[]): Promise<number> {
  const now = await pulse()
  const lengths = await Promise.all(viewerIds.map(async (id) => (await heads.readWhole(now, id))?.ids.length ?? 0))
  return Math.round(lengths.reduce((sum, length) => sum + length, 0) / lengths.length)
}

if (import.meta.main) await runScenario('cold-feed', (world, { rounds }) => measureColdFeed(world, rounds))
