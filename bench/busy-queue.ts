import { setTimeout as pause } from 'node:timers/promises'
import { statement } from '../src/platform/database/statement.ts'
import { driveLoad } from './measure/drive-load.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { openEngine } from './measure/open-engine.ts'
import { letJobsGo, publishEntries, readLatestAuthors } from './measure/publish-entries.ts'
import { runScenario } from './measure/run-scenario.ts'
import { signIn } from './measure/sign-in-readers.ts'
import { type Latency, median, rounded, summarise } from './measure/statistics.ts'
import { holdsOf, type Target } from './measure/targets.ts'
import type { World } from './world.ts'

export interface BusyQueueResult {
  rounds: { idle: Latency; busy: Latency; posts: number; deliveriesLeft: number }[]
  targets: Target[]
  holds: Record<string, boolean>
}

const ENTRIES = 9000
const POSTERS = 4
const DELIVERIES_LEFT_MIN = 100_000

const followersLeft = statement<{ deliveries: number }>(
  'bench.deliveries-left',
  `select coalesce(sum(c.followers), 0)::int as deliveries from jobs j join user_counts c on c.user_id = j.actor_id where j.entry_id is not null`,
)

/** Posts, by a few people at once, while a worker has hundreds of thousands of deliveries of many authors before it; and while it has none. */
export async function measureBusyQueue(world: World, { rounds, seconds }: { rounds: number; seconds: number }): Promise<BusyQueueResult> {
  const engine = await openEngine(world)
  const { database, environment } = engine
  const api = await startNexusProcess(environment, 'api')
  try {
    const authors = await readLatestAuthors(database, ENTRIES)
    const posters = [...new Set(authors)].slice(-POSTERS)
    const authorizations = await signIn(world, engine.secret, posters)
    const bodies = [JSON.stringify({ query: 'mutation { createPost(content: "while others wait") { post { id } } }' })]
    const byConnection = authorizations.map((authorization) => ({ authorization, bodies }))
    const post = async () => {
      const order = {
        host: '127.0.0.1',
        port: Number(new URL(api.url).port),
        connections: POSTERS,
        body: '',
        authorizations: [],
        byConnection,
      }
      const { milliseconds, failed } = await driveLoad({ ...order, seconds })
      if (failed > 0) throw new Error(`${failed} posts were refused`)
      return milliseconds
    }
    await post()
    const taken: BusyQueueResult['rounds'] = []
    for (let round = 1; round <= rounds; round += 1) {
      const idle = await post()
      await publishEntries(database, authors)
      const worker = await startNexusProcess(environment, 'worker')
      await letJobsGo(database)
      await pause(1000)
      const busy = await post()
      const [left] = await database.rows(followersLeft, [])
      await worker.stop()
      taken.push({ idle: summarise(idle), busy: summarise(busy), posts: busy.length, deliveriesLeft: left?.deliveries ?? 0 })
      console.log(
        `busy queue: round ${round}, p99 idle ${taken.at(-1)?.idle.p99} ms, busy ${taken.at(-1)?.busy.p99} ms, ${left?.deliveries} left`,
      )
    }
    const p99 = median(taken.map(({ busy }) => busy.p99))
    const targets: Target[] = [
      {
        what: 'createPost answered, p99, while 100,000 deliveries of many authors are queued',
        value: rounded(p99),
        atLeast: 50,
        aim: 15,
        unit: 'ms',
        better: 'less',
      },
    ]
    const isFull = world.sizes.scale < 1 || taken.every(({ deliveriesLeft }) => deliveriesLeft >= DELIVERIES_LEFT_MIN)
    return { rounds: taken, targets, holds: { ...holdsOf(targets), 'the queue was never shorter than that': isFull } }
  } finally {
    await api.stop()
    await engine.close()
  }
}

if (import.meta.main) await runScenario('busy-queue', measureBusyQueue)
