import { setTimeout as pause } from 'node:timers/promises'
import { type AdditionCall, callsOf } from '../src/domain/feeds/heads/add-to-heads.ts'
import { addToHeadsScript } from '../src/domain/feeds/heads/head-scripts.ts'
import type { Pulse } from '../src/domain/feeds/heads/pulse.ts'
import { statement } from '../src/platform/database/statement.ts'
import { fillHeads, HEAD_ENTRIES } from './measure/fill-heads.ts'
import { idsUpToNow } from './measure/ids-of-now.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { type Engine, openEngine } from './measure/open-engine.ts'
import { letJobsGo, type PublishedEntry, publishEntries, readLatestAuthors } from './measure/publish-entries.ts'
import { runScenario } from './measure/run-scenario.ts'
import { median, rounded } from './measure/statistics.ts'
import { holdsOf, type Target } from './measure/targets.ts'
import type { World } from './world.ts'

export interface DeliveriesResult {
  heads: number
  entries: number
  deliveries: number
  rounds: { worker: number; bare: number; share: number }[]
  targets: Target[]
  holds: Record<string, boolean>
}

const ENTRIES_A_ROUND = 1500
/** As a worker has under way. */
const CALLS_AT_ONCE = 32
const ENTRIES_A_BATCH = 32
const SLACK = 80
const HEADS_CHECKED = 1000

interface Author {
  id: number
  followers: number[]
}

const followersOf = statement<Author>(
  'bench.followers-of',
  `select a.id, array(select follower_id from follows where following_id = a.id order by id) as followers
   from (select distinct unnest($1::int[]) as id) a`,
)
const everybody = statement<{ id: number }>('bench.everybody', 'select id from users order by id')

/**
 * Puts posts of the world's authors, who have few followers or thousands, into full heads of everybody: by one worker, from RabbitMQ's
 * messages to the end of the last row; and, in turn with it, the same entries into the same heads by the script alone.
 */
export async function measureDeliveries(world: World, rounds: number): Promise<DeliveriesResult> {
  const engine = await openEngine(world)
  const prefix = engine.environment.REDIS_PREFIX ?? ''
  try {
    const pulse = await engine.pulse()
    const viewers = (await engine.database.rows(everybody, [])).map(({ id }) => id)
    await fillHeads(engine, prefix, pulse, viewers)
    const latest = await readLatestAuthors(engine.database, ENTRIES_A_ROUND)
    const authors = new Map((await engine.database.rows(followersOf, [latest])).map((author) => [author.id, author]))
    const order = latest.flatMap((id) => authors.get(id) ?? [])
    const deliveries = order.reduce((sum, { followers }) => sum + followers.length + 1, 0)
    // Until heads are as full as they become, and trimmed now and then.
    for (let turn = 0; turn < 2; turn += 1) await deliverBarely(engine, prefix, pulse, order)
    const taken: DeliveriesResult['rounds'] = []
    for (let round = 1; round <= rounds; round += 1) {
      const bare = deliveries / (await deliverBarely(engine, prefix, pulse, order))
      const byWorker = await deliverByWorker(engine, order)
      await checkHeads(engine, pulse, authors, byWorker.made)
      const worker = deliveries / byWorker.seconds
      taken.push({ worker: Math.round(worker), bare: Math.round(bare), share: rounded(worker / bare) })
      console.log(`deliveries: round ${round}, worker ${taken.at(-1)?.worker}/s, script alone ${taken.at(-1)?.bare}/s`)
    }
    const targets: Target[] = [
      {
        what: `deliveries into ${viewers.length.toLocaleString('en')} full heads by one worker, as a share of the bare script`,
        value: median(taken.map(({ share }) => share)),
        atLeast: 0.5,
        aim: 0.7,
        unit: 'share',
        better: 'more',
      },
    ]
    return { heads: viewers.length, entries: order.length, deliveries, rounds: taken, targets, holds: holdsOf(targets) }
  } finally {
    await engine.close()
  }
}

/** Calls the script for the same entries, as many together as a worker takes. Answers the seconds that Redis and a bare client need. */
async function deliverBarely({ redis }: Engine, prefix: string, pulse: Pulse, order: Author[]): Promise<number> {
  const ids = await idsUpToNow(order.length)
  const calls: AdditionCall[] = []
  for (let from = 0; from < order.length; from += ENTRIES_A_BATCH) {
    const batch = order.slice(from, from + ENTRIES_A_BATCH)
    const additions = batch.map(({ id, followers }, place) => ({ viewerIds: [id, ...followers], entryId: ids[from + place] ?? 0 }))
    calls.push(...callsOf(prefix, pulse.epoch, additions))
  }
  const bounds = [String(HEAD_ENTRIES), String(SLACK)]
  const began = performance.now()
  let next = 0
  const drive = async () => {
    for (let call = calls[next++]; call; call = calls[next++]) await redis.call(addToHeadsScript, call.keys, [...bounds, ...call.ids])
  }
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, drive))
  return (performance.now() - began) / 1000
}

const underWay = statement<{ open: number; sent: number | null; now: number }>(
  'bench.under-way',
  `select count(*)::int as open, min(extract(epoch from sent_at))::float8 as sent, extract(epoch from clock_timestamp())::float8 as now from jobs`,
)

/** From the first message to the last row, by the clock of PostgreSQL. */
async function deliverByWorker({ database, environment }: Engine, order: Author[]): Promise<{ seconds: number; made: PublishedEntry[] }> {
  const made = await publishEntries(
    database,
    order.map(({ id }) => id),
  )
  const worker = await startNexusProcess(environment, 'worker')
  try {
    await pause(1500) // its queues are declared, and it consumes
    await letJobsGo(database)
    let began: number | undefined
    for (;;) {
      const [seen] = await database.rows(underWay, [])
      began ??= seen?.sent ?? undefined
      if (seen?.open === 0) return { seconds: seen.now - (began ?? Number.NaN), made }
      await pause(4)
    }
  } finally {
    await worker.stop()
  }
}

async function checkHeads({ heads }: Engine, pulse: Pulse, authors: Map<number, Author>, made: PublishedEntry[]): Promise<void> {
  const expected = new Map<number, number[]>()
  for (const { id, authorId } of made)
    for (const viewer of [authorId, ...(authors.get(authorId)?.followers ?? [])])
      expected.set(viewer, [...(expected.get(viewer) ?? []), id])
  for (const [viewer, entries] of [...expected].slice(0, HEADS_CHECKED)) {
    const head = (await heads.readWhole(pulse, viewer))?.ids ?? []
    const known = new Set(head)
    if (known.size !== head.length) throw new Error(`the head of ${viewer} has doubles`)
    if (head.some((id, index) => index > 0 && id < (head[index - 1] ?? 0))) throw new Error(`the head of ${viewer} is out of order`)
    const missing = entries.slice(-HEAD_ENTRIES).filter((id) => !known.has(id))
    if (missing.length > 0) throw new Error(`the head of ${viewer} lacks ${missing.length} of ${entries.length}`)
  }
}

if (import.meta.main) await runScenario('deliveries', (world, { rounds }) => measureDeliveries(world, rounds))
