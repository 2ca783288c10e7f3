import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { migrate } from '../src/platform/database/migrate.ts'
import { openDatabase } from '../src/platform/database/open-database.ts'
import { statement } from '../src/platform/database/statement.ts'
import { HOME_FEED } from './cold-feed.ts'
import { describeMachine } from './measure/describe-machine.ts'
import { driveLoad } from './measure/drive-load.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { inDatabase, onServer, openBenchServer } from './measure/open-bench-server.ts'
import { type Engine, openEngine, REDIS_URL } from './measure/open-engine.ts'
import { openResults } from './measure/results.ts'
import { signIn } from './measure/sign-in-readers.ts'
import { median, rounded } from './measure/statistics.ts'
import { secondsOfServing } from './measure/watch-cpu.ts'
import { type Peer, startPeer } from './peers/start-peer.ts'
import { growthSteps } from './worlds/growth-steps.ts'
import { worldSizes } from './worlds/world-sizes.ts'

/** What one read costs at a size: processor time of the server and of PostgreSQL, in milliseconds. */
export interface GrowthPoint {
  users: number
  databaseMb: number
  heads: number
  headsMb: number
  warmMs: number
  coldMs: number
  pullMs: number
  ormMs: number
  /** From the answer to a post until the last of its followers' heads has it. */
  deliveredMs: number
}

export interface GrowthResult {
  machine: object
  follows: number
  points: GrowthPoint[]
  holds: Record<string, boolean>
}

const FOLLOWS = 20
const READERS = 2000
const CONNECTIONS = 8
const SECONDS = 6
const WARM_SHARE = 10
const BUILDS_AT_ONCE = 16
const POSTS = 40
/** A hundred times as many users may cost a read so much more: trees grow a level or two. */
const GROWTH_MAX = 2

/** Makes a world of so many users, warms a tenth of them, and measures what reads and deliveries cost. */
async function measureAt(serverUrl: string, users: number): Promise<GrowthPoint> {
  const name = `${process.env.BENCH_DATABASE ?? 'nexus_world'}_growth`
  const databaseUrl = inDatabase(serverUrl, name)
  await onServer(serverUrl, `drop database if exists ${name} with (force)`)
  await onServer(serverUrl, `create database ${name}`)
  const database = await openDatabase({ url: databaseUrl, prepare: true, readers: 1, writers: 1 })
  await migrate(database, 'auto')
  await database.close()
  try {
    await fill(databaseUrl, users)
    const engine = await openEngine({ databaseUrl, sizes: worldSizes(1, 1), shape: {} as never })
    try {
      return await measureIn(engine, databaseUrl, users)
    } finally {
      await engine.close()
    }
  } finally {
    await onServer(serverUrl, `drop database if exists ${name} with (force)`)
  }
}

async function fill(databaseUrl: string, users: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    for (const { name, sql } of growthSteps(users, FOLLOWS)) {
      const began = performance.now()
      await client.query(sql)
      console.log(`growth: ${users} users, ${name} ${((performance.now() - began) / 1000).toFixed(1)} s`)
    }
  } finally {
    await client.end()
  }
}

async function measureIn(engine: Engine, databaseUrl: string, users: number): Promise<GrowthPoint> {
  const { environment, secret, world } = engine
  const api = await startNexusProcess(environment, 'api')
  const worker = await startNexusProcess(environment, 'worker')
  try {
    const heads = Math.floor(users / WARM_SHARE)
    const memoryBefore = await memoryOf(engine)
    await warm(engine, heads)
    const headsMb = rounded((await memoryOf(engine)) - memoryBefore)
    // Warm readers are those of the lower ids, cold ones of the higher; both are spread over them.
    const readers = Array.from(
      { length: Math.min(READERS, heads) },
      (_, place) => 1 + Math.floor((place * heads) / Math.min(READERS, heads)),
    )
    const colds = readers.map((reader) => users - reader)
    const port = Number(new URL(api.url).port)
    const cost = async (order: { port: number; pid: number; authorizations: string[] }, once = false): Promise<number> => {
      const load = { host: '127.0.0.1', connections: CONNECTIONS, seconds: SECONDS, body: JSON.stringify({ query: HOME_FEED }), ...order }
      const [first, rest] = once ? halves(order.authorizations) : [order.authorizations, order.authorizations]
      await driveLoad({ ...load, once, seconds: 2, authorizations: first }) // rows and code are warm
      const before = await secondsOfServing(databaseUrl, order.pid)
      const { requests, failed } = await driveLoad({ ...load, once, authorizations: rest })
      if (failed > 0) throw new Error(`${failed} answers were not good`)
      return rounded((((await secondsOfServing(databaseUrl, order.pid)) - before) * 1000) / requests)
    }
    const peer = async (which: Peer) => {
      const started = await startPeer(which, { DATABASE_URL: databaseUrl, REDIS_URL, PEER_PREFIX: 'none:' })
      try {
        return await cost({ ...started, authorizations: readers.map(String) })
      } finally {
        await started.stop()
      }
    }
    const warmMs = await cost({ port, pid: api.pid, authorizations: await signIn(world, secret, readers) })
    const coldMs = await cost({ port, pid: api.pid, authorizations: await signIn(world, secret, colds) }, true)
    const [databaseMb] = (await onServer(databaseUrl, 'select (pg_database_size(current_database()) / 1048576)::int as mb')).rows
    const point: GrowthPoint = {
      users,
      databaseMb: databaseMb.mb,
      heads,
      headsMb,
      warmMs,
      coldMs,
      pullMs: await peer('pull'),
      ormMs: await peer('orm'),
      deliveredMs: await deliver(engine, api.url, readers),
    }
    console.log(`growth: ${JSON.stringify(point)}`)
    return point
  } finally {
    await api.stop()
    await worker.stop()
  }
}

function halves<Item>(items: Item[]): [Item[], Item[]] {
  const middle = items.length >> 1
  return [items.slice(0, middle), items.slice(middle)]
}

/** Builds the heads of the first users, as their first read would. */
async function warm({ heads, pulse }: Engine, many: number): Promise<void> {
  const now = await pulse()
  let next = 1
  const build = async () => {
    for (let id = next++; id <= many; id = next++) await heads.build(now, { id, version: 0 }, FOLLOWS)
  }
  await Promise.all(Array.from({ length: BUILDS_AT_ONCE }, build))
}

async function memoryOf({ bare }: Engine): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(String(await bare.sendCommand(['INFO', 'memory'])))?.[1]) / 2 ** 20
}

/** Posts one after the other, each until its job is gone. Answers the median. */
async function deliver({ database, world, secret }: Engine, url: string, authors: readonly number[]): Promise<number> {
  const some = authors.slice(0, POSTS)
  const milliseconds: number[] = []
  for (const [place, authorization] of (await signIn(world, secret, some)).entries()) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: `mutation { createPost(content: "number ${place}") { post { id } } }` }),
    })
    if (!response.ok) throw new Error(`a post was answered ${response.status}`)
    const began = performance.now()
    while ((await database.rows(openJobs, []))[0]?.open !== 0) await pause(1)
    milliseconds.push(performance.now() - began)
  }
  return median(milliseconds)
}

const openJobs = statement<{ open: number }>('bench.growth-jobs', 'select count(*)::int as open from jobs where entry_id is not null')

if (import.meta.main) {
  const { values } = parseArgs({ options: { users: { type: 'string', default: '10000,100000,1000000' } } })
  const server = await openBenchServer()
  try {
    const points: GrowthPoint[] = []
    for (const users of values.users.split(',').map(Number)) points.push(await measureAt(server.url, users))
    const [first, last] = [points[0], points.at(-1)]
    const holds = {
      [`a warm read of the largest world costs at most ${GROWTH_MAX} times one of the smallest`]:
        (last?.warmMs ?? 0) <= GROWTH_MAX * (first?.warmMs ?? 0),
    }
    const results = openResults(values.users === '10000,100000,1000000' ? 1 : 0)
    await results.write('growth', { machine: await describeMachine(server.url), follows: FOLLOWS, points, holds } satisfies GrowthResult)
    console.log(holds)
    if (Object.values(holds).includes(false)) process.exitCode = 1
  } finally {
    await server.close()
  }
}
