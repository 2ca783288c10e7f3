import { parseArgs } from 'node:util'
import pg from 'pg'
import { migrate } from '../src/platform/database/migrate.ts'
import { openDatabase } from '../src/platform/database/open-database.ts'
import { describeMachine } from './measure/describe-machine.ts'
import { type BenchServer, inDatabase, onServer, openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { checkWorld, type WorldShape } from './worlds/check-world.ts'
import { type WorldSizes, worldMark, worldSizes } from './worlds/world-sizes.ts'
import { worldSteps } from './worlds/world-steps.ts'

export interface World {
  sizes: WorldSizes
  databaseUrl: string
  shape: WorldShape
  /** How it was made; undefined when it was there already. */
  made?: WorldResult
}

export interface WorldResult {
  machine: object
  sizes: WorldSizes
  /** How long each step took. */
  seconds: Record<string, number>
  shape: WorldShape
}

const SESSION_SETTINGS = `set work_mem = '256MB'; set maintenance_work_mem = '256MB'; set jit = off; set timezone = 'UTC'`

/** Makes the world of these sizes on the server, or, unless `fresh`, finds it there. */
export async function openWorld(server: BenchServer, sizes: WorldSizes, { fresh = false } = {}): Promise<World> {
  const databaseUrl = inDatabase(server.url, server.worldDatabase)
  if (!fresh && (await readMark(server)) === worldMark(sizes)) {
    const shape = await inSession(databaseUrl, (client) => checkWorld(client, sizes))
    console.log(`world: there already, ${shape.sizeMb} MB, fingerprint ${shape.fingerprint}`)
    return { sizes, databaseUrl, shape }
  }
  const began = performance.now()
  await server.recreateWorldDatabase()
  const database = await openDatabase({ url: databaseUrl, prepare: true, readers: 1, writers: 1 })
  await migrate(database, 'auto')
  await database.close()
  const { seconds, shape } = await inSession(databaseUrl, (client) => fill(client, sizes))
  const total = secondsSince(began)
  await onServer(server.url, `comment on database ${server.worldDatabase} is '${worldMark(sizes)}'`)
  console.log(`world: made in ${total} s, ${shape.sizeMb} MB, fingerprint ${shape.fingerprint}`)
  const made: WorldResult = { machine: await describeMachine(databaseUrl), sizes, seconds: { ...seconds, total }, shape }
  return { sizes, databaseUrl, shape, made }
}

export async function dropWorld(server: BenchServer): Promise<void> {
  await onServer(server.url, `drop database if exists ${server.worldDatabase} with (force)`)
}

async function fill(client: pg.Client, sizes: WorldSizes): Promise<{ seconds: Record<string, number>; shape: WorldShape }> {
  await client.query(SESSION_SETTINGS)
  const seconds: Record<string, number> = {}
  const timed = async <Result>(name: string, run: () => Promise<Result>): Promise<Result> => {
    const began = performance.now()
    const result = await run()
    seconds[name] = secondsSince(began)
    console.log(`world: ${name} ${seconds[name]} s`)
    return result
  }
  for (const { name, sql } of worldSteps(sizes)) await timed(name, () => client.query(sql))
  await timed('vacuum analyze', () => client.query('vacuum (analyze)'))
  const shape = await timed('check', () => checkWorld(client, sizes))
  return { seconds, shape }
}

async function readMark(server: BenchServer): Promise<string | undefined> {
  const { rows } = await onServer(
    server.url,
    `select shobj_description(oid, 'pg_database') as mark from pg_database where datname = '${server.worldDatabase}'`,
  )
  return rows[0]?.mark ?? undefined
}

async function inSession<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function secondsSince(began: number): number {
  return Number(((performance.now() - began) / 1000).toFixed(1))
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      embedded: { type: 'string' },
      drop: { type: 'boolean', default: false },
    },
  })
  const server = await openBenchServer(values.embedded)
  try {
    if (values.drop) await dropWorld(server)
    else {
      const { sizes, made } = await openWorld(server, worldSizes(Number(values.scale), Number(values.seed)), { fresh: true })
      if (made) await openResults(sizes.scale).write('world', made)
    }
  } finally {
    await server.close()
  }
}
