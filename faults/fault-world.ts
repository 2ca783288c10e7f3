import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type NexusProcess, startNexusProcess } from '../bench/measure/nexus-process.ts'
import { inDatabase, onServer } from '../bench/measure/open-bench-server.ts'
import { signIn } from '../bench/measure/sign-in-readers.ts'
import { migrate } from '../src/platform/database/migrate.ts'
import { openDatabase } from '../src/platform/database/open-database.ts'
import { type OwnRedis, startOwnRedis } from '../tests/feeds/own-redis.ts'
import { makeBroker, type OwnBroker } from '../tests/outbox/own-broker.ts'
import { openRedisProxy, type RedisProxy } from './redis-proxy.ts'

export interface Person {
  id: number
  authorization: string
}

/** Two API processes and two workers on a database, a Redis and a RabbitMQ of their own, all of which may be killed. */
export interface FaultWorld {
  databaseUrl: string
  /** The one that the proxies turn to. */
  redis: OwnRedis
  /** The first process reaches Redis by the first of them, everybody else by the second. */
  proxies: [RedisProxy, RedisProxy]
  broker: OwnBroker
  people: Person[]
  environment: Record<string, string>
  apis: Replaceable[]
  workers: Replaceable[]
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** A process that can be killed and started again. */
export interface Replaceable {
  /** Where it listens now; undefined while it is dead. */
  url(): string | undefined
  kill(): Promise<void>
  start(): Promise<void>
}

const SERVER_URL_BY_DEFAULT = 'postgres://postgres@127.0.0.1:5432/postgres'

export async function openFaultWorld(peopleMany: number): Promise<FaultWorld> {
  const serverUrl = process.env.DATABASE_URL ?? SERVER_URL_BY_DEFAULT
  const name = `nexus_faults_${randomBytes(4).toString('hex')}`
  await onServer(serverUrl, `create database ${name}`)
  const databaseUrl = inDatabase(serverUrl, name)
  const database = await openDatabase({ url: databaseUrl, prepare: true, readers: 1, writers: 1 })
  await migrate(database, 'auto')
  await database.close()
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const [redis, broker, dataDir] = await Promise.all([startOwnRedis(), makeBroker(), mkdtemp(join(tmpdir(), 'nexus-faults-'))])
  await broker.start()
  const proxies: FaultWorld['proxies'] = [await openRedisProxy(redis.url), await openRedisProxy(redis.url)]
  const secret = randomBytes(32).toString('hex')
  const environment = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    AUTH_SECRET: secret,
    DATABASE_URL: databaseUrl,
    REDIS_URL: proxies[1].url,
    AMQP_URL: broker.url,
    NEXUS_DATA_DIR: dataDir,
    RATE_LIMIT_WRITES: '1000000',
  }
  const people = await addPeople(pool, databaseUrl, secret, peopleMany)
  const apis = [replaceable({ ...environment, REDIS_URL: proxies[0].url }, 'api'), replaceable(environment, 'api')]
  const workers = [replaceable(environment, 'worker'), replaceable(environment, 'worker')]
  await Promise.all([...apis, ...workers].map((each) => each.start()))
  const world: FaultWorld = {
    databaseUrl,
    redis,
    proxies,
    broker,
    people,
    environment,
    apis,
    workers,
    sql: async (text, values = []) => (await pool.query(text, values)).rows as never,
    close: async () => {
      await Promise.all([...apis, ...workers].map((each) => each.kill()))
      await Promise.all([world.redis.close(), broker.close(), ...proxies.map((proxy) => proxy.close())])
      await pool.end()
      await onServer(serverUrl, `drop database ${name} with (force)`)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  return world
}

async function addPeople(pool: pg.Pool, databaseUrl: string, secret: string, many: number): Promise<Person[]> {
  const { rows } = await pool.query(
    `insert into users (username, email, email_verified_at) select 'person_' || n, 'person_' || n || '@faults.invalid', now()
     from generate_series(1, $1::int) n returning id`,
    [many],
  )
  const ids = rows.map(({ id }) => Number(id))
  const authorizations = await signIn({ databaseUrl }, secret, ids)
  return ids.map((id, place) => ({ id, authorization: authorizations[place] ?? '' }))
}

function replaceable(environment: Record<string, string>, role: string): Replaceable {
  let running: NexusProcess | undefined
  return {
    url: () => running?.url,
    kill: async () => {
      const killed = running
      running = undefined
      await killed?.kill()
    },
    start: async () => {
      running ??= await startNexusProcess(environment, role)
    },
  }
}
