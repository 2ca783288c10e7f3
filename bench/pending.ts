import { setTimeout as pause } from 'node:timers/promises'
import { fanOutEntry } from '../src/domain/feeds/fan-out.ts'
import { statement } from '../src/platform/database/statement.ts'
import { HOME_FEED } from './cold-feed.ts'
import { driveLoad } from './measure/drive-load.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { openEngine } from './measure/open-engine.ts'
import { publishEntries, readLatestAuthors } from './measure/publish-entries.ts'
import { runScenario } from './measure/run-scenario.ts'
import { signInReaders } from './measure/sign-in-readers.ts'
import { median, rounded } from './measure/statistics.ts'
import { holdsOf, type Target } from './measure/targets.ts'
import type { World } from './world.ts'

export interface PendingResult {
  pending: number
  rounds: { idle: number; pending: number; share: number }[]
  targets: Target[]
  holds: Record<string, boolean>
}

const PENDING = 5000
const CONNECTIONS = 32
/** Every process has taken a pulse since. */
const PULSES_MS = 600

const holdJobs = statement<never>(
  'bench.hold-jobs',
  `insert into jobs (name, lane, payload, next_try_at)
   select 'feeds.fan-out', $3, jsonb_build_object('entryId', id, 'actorId', actor), now() + interval '1 hour' from unnest($1::bigint[], $2::int[]) as e (id, actor)`,
)
const noJobs = statement<never>('bench.no-jobs', 'delete from jobs')

/** Reads warm feeds while the posts of many authors are not yet delivered, and readers merge those of whom they follow; and, in turn, while none is. */
export async function measurePending(world: World, { rounds, seconds }: { rounds: number; seconds: number }): Promise<PendingResult> {
  const engine = await openEngine(world)
  const { database } = engine
  const nexus = await startNexusProcess(engine.environment, 'api')
  try {
    const order = {
      host: '127.0.0.1',
      port: Number(new URL(nexus.url).port),
      connections: CONNECTIONS,
      body: JSON.stringify({ query: HOME_FEED }),
      authorizations: await signInReaders(world, engine.secret),
    }
    const read = async (pending: boolean) => {
      await database.transaction((tx) => tx.rows(noJobs, []))
      if (pending) {
        const [ids, actors] = [entries.map(({ id }) => id), entries.map(({ authorId }) => authorId)]
        await database.transaction((tx) => tx.rows(holdJobs, [ids, actors, fanOutEntry.lane]))
      }
      await pause(PULSES_MS)
      const { requests, failed } = await driveLoad({ ...order, seconds })
      if (failed > 0) throw new Error(`${failed} of ${requests} answers were not good`)
      return requests / seconds
    }
    const warm = await driveLoad({ ...order, seconds: 0, once: true })
    if (warm.failed > 0) throw new Error(`${warm.failed} answers were not good`)
    const entries = await publishEntries(database, await readLatestAuthors(database, PENDING))
    await read(true)
    const taken: PendingResult['rounds'] = []
    for (let round = 1; round <= rounds; round += 1) {
      const idle = await read(false)
      const pending = await read(true)
      taken.push({ idle: Math.round(idle), pending: Math.round(pending), share: rounded(pending / idle) })
      console.log(`pending: round ${round}, idle ${taken.at(-1)?.idle}/s, with ${entries.length} pending ${taken.at(-1)?.pending}/s`)
    }
    const targets: Target[] = [
      {
        what: 'reads while 5,000 fan-out rows are pending, as a share of idle',
        value: median(taken.map(({ share }) => share)),
        atLeast: 0.8,
        aim: 0.95,
        unit: 'share',
        better: 'more',
      },
    ]
    return { pending: entries.length, rounds: taken, targets, holds: holdsOf(targets) }
  } finally {
    await nexus.stop()
    await engine.close()
  }
}

if (import.meta.main) await runScenario('pending', measurePending)
