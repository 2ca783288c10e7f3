import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import pino from 'pino'
import { Connection } from 'rabbitmq-client'
import { type Heads, openHeads } from '../../src/domain/feeds/heads/open-heads.ts'
import type { Pulse } from '../../src/domain/feeds/heads/pulse.ts'
import { openRedis, type Redis } from '../../src/platform/cache/open-redis.ts'
import { type Database, openDatabase } from '../../src/platform/database/open-database.ts'
import { statement } from '../../src/platform/database/statement.ts'
import { readQueueNames } from '../../src/platform/queue/queue-names.ts'
import type { World } from '../world.ts'

export type RedisClient = ReturnType<typeof createClient>

/** The services beside a world, as the measured processes use them. */
export interface Engine {
  world: World
  database: Database
  heads: Heads
  redis: Redis
  /** A connection without anything of ours. */
  bare: RedisClient
  /** What a measured process is started with. */
  environment: Record<string, string>
  secret: string
  pulse(): Promise<Pulse>
  /** Takes all heads away. */
  dropHeads(): Promise<void>
  close(): Promise<void>
}

export const REDIS_URL = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
export const AMQP_URL = process.env.AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'
const REDIS_ANSWER_MS = 10_000
const KEYS_A_BATCH = 1000

const deleteJobs = statement<never>('bench.delete-jobs', 'delete from jobs')

/** Opens PostgreSQL, Redis and RabbitMQ for one scenario: keys and queues are the world's own, and go with `close`. */
export async function openEngine(world: World): Promise<Engine> {
  const log = pino({ level: 'silent' })
  const prefix = `bench:${randomBytes(4).toString('hex')}:`
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  const database = await openDatabase({ url: world.databaseUrl, prepare: true, readers: 2, writers: 2 })
  const redis = await openRedis({ url: REDIS_URL, answerMs: REDIS_ANSWER_MS }, log)
  const bare = createClient({ url: REDIS_URL }) as RedisClient
  await bare.connect()
  const heads = openHeads({ redis, database, prefix })
  const secret = randomBytes(32).toString('hex')

  const pulse = async () => {
    const taken = await heads.takePulse()
    if (!taken) throw new Error('Redis does not answer')
    return taken
  }
  async function dropHeads(): Promise<void> {
    for await (const keys of bare.scanIterator({ MATCH: `${prefix}*`, COUNT: KEYS_A_BATCH })) if (keys.length > 0) await bare.unlink(keys)
  }
  return {
    world,
    database,
    heads,
    redis,
    bare,
    secret,
    environment: {
      NODE_ENV: 'production',
      AUTH_SECRET: secret,
      DATABASE_URL: world.databaseUrl,
      REDIS_URL,
      REDIS_PREFIX: prefix,
      AMQP_URL,
      NEXUS_DATA_DIR: dataDir,
      RATE_LIMIT_WRITES: '1000000',
    },
    pulse,
    dropHeads,
    close: async () => {
      await database.transaction((tx) => tx.rows(deleteJobs, []))
      await dropHeads()
      await deleteQueues(database)
      heads.close()
      await redis.close()
      bare.destroy()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function deleteQueues(database: Database): Promise<void> {
  const broker = new Connection(AMQP_URL)
  broker.on('error', () => {})
  try {
    for (const queue of Object.values(await readQueueNames(database))) await broker.queueDelete({ queue })
  } finally {
    await broker.close()
  }
}
