import { statement } from '../src/platform/database/statement.ts'
import { HOME_FEED } from './cold-feed.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { openEngine } from './measure/open-engine.ts'
import { runScenario } from './measure/run-scenario.ts'
import { signIn } from './measure/sign-in-readers.ts'
import { median, rounded } from './measure/statistics.ts'
import { holdsOf, type Target } from './measure/targets.ts'
import type { World } from './world.ts'

export interface HeavyReaderResult {
  follows: number
  milliseconds: number[]
  targets: Target[]
  holds: Record<string, boolean>
}

const FOLLOWS = 10_000
const READS = 21

const heaviest = statement<{ id: number; follows: number }>(
  'bench.heaviest-reader',
  `select user_id as id, sum(following)::int as follows from user_counts group by 1 order by 2 desc limit 1`,
)
const followMore = statement<never>(
  'bench.follow-more',
  `insert into follows (follower_id, following_id) select $1, u.id from users u
   where u.id <> $1 and not exists (select from follows where follower_id = $1 and following_id = u.id) order by u.id limit $2`,
)
const raiseVersion = statement<never>('bench.raise-version', 'update viewers set version = version + 1 where user_id = $1')

/** Reads the first page of somebody who follows 10,000, again and again as if for the first time: neither their head nor whom they hear is known. */
export async function measureHeavyReader(world: World): Promise<HeavyReaderResult> {
  const engine = await openEngine(world)
  const nexus = await startNexusProcess(engine.environment, 'api')
  try {
    const { database } = engine
    const [reader] = await database.rows(heaviest, [])
    if (!reader) throw new Error('a world without follows')
    const more = Math.max(0, Math.min(FOLLOWS, world.sizes.users - 1) - reader.follows)
    await database.transaction((tx) => tx.rows(followMore, [reader.id, more]))
    const [authorization = ''] = await signIn(world, engine.secret, [reader.id])
    const milliseconds: number[] = []
    for (let read = 0; read < READS; read += 1) {
      await database.transaction((tx) => tx.rows(raiseVersion, [reader.id]))
      const began = performance.now()
      const response = await fetch(`${nexus.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query: HOME_FEED }),
      })
      const { data } = (await response.json()) as { data?: { homeFeed: { edges: unknown[] } } }
      if (data?.homeFeed.edges.length !== 20) throw new Error(`the answer was ${response.status}`)
      milliseconds.push(rounded(performance.now() - began))
    }
    console.log(`heavy reader: ${milliseconds.join(', ')} ms`)
    const targets: Target[] = [
      {
        what: 'first page for someone who follows 10,000, cold',
        value: median(milliseconds.slice(1)),
        atLeast: 100,
        aim: 40,
        unit: 'ms',
        better: 'less',
      },
    ]
    return { follows: reader.follows + more, milliseconds, targets, holds: holdsOf(targets) }
  } finally {
    await nexus.stop()
    await engine.close()
  }
}

if (import.meta.main) await runScenario('heavy-reader', (world) => measureHeavyReader(world))
