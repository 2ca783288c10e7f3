import { setTimeout as pause } from 'node:timers/promises'
import { deleteQueuesOf } from '../tests/broker.ts'
import { startOwnRedis } from '../tests/feeds/own-redis.ts'
import type { FaultWorld } from './fault-world.ts'
import { ask } from './people-act.ts'
import type { Draw } from './seeded.ts'

/** Something that goes wrong while people act. It answers when all is up again. */
export type Fault = (world: FaultWorld, draw: Draw) => Promise<void>

/** Faults by name. Those of RabbitMQ's process take seconds, and are drawn less often. */
const FAULTS: Readonly<Record<string, { weight: number; run: Fault }>> = {
  nothing: { weight: 1, run: async () => {} },
  'a worker is killed': {
    weight: 4,
    run: async ({ workers }, draw) => {
      const worker = draw.of(workers)
      await pause(draw.below(150))
      await worker.kill()
      await pause(draw.below(500))
      await worker.start()
    },
  },
  'both workers are killed': {
    weight: 2,
    run: async ({ workers }, draw) => {
      await pause(draw.below(150))
      await Promise.all(workers.map((worker) => worker.kill()))
      await pause(draw.below(1500))
      await Promise.all(workers.map((worker) => worker.start()))
    },
  },
  'Redis is killed': {
    weight: 4,
    run: async ({ redis }, draw) => {
      await pause(draw.below(150))
      await redis.stop()
      await pause(draw.below(1500))
      await redis.start()
    },
  },
  'Redis is restarted from an old snapshot': {
    weight: 4,
    run: async ({ redis }, draw) => {
      await redis.send('SAVE')
      await pause(100 + draw.below(400))
      await redis.stop()
      await redis.start()
    },
  },
  'a replica that lags behind takes the place of Redis': { weight: 4, run: promoteReplica },
  'Redis is emptied': { weight: 2, run: async ({ redis }) => void (await redis.send('FLUSHALL')) },
  'Redis answers nobody for a while': {
    weight: 2,
    run: async ({ redis }, draw) => void (await redis.send('CLIENT', 'PAUSE', String(200 + draw.below(1200)))),
  },
  'the queues are deleted': {
    weight: 3,
    run: async ({ databaseUrl, broker }, draw) => {
      await pause(draw.below(100))
      await deleteQueuesOf(databaseUrl, broker.url)
    },
  },
  'RabbitMQ is killed': {
    weight: 1,
    run: async ({ broker }, draw) => {
      await pause(draw.below(150))
      await broker.kill()
      await pause(draw.below(1000))
      await broker.start()
    },
  },
  'everything that was delivered is delivered again': {
    weight: 3,
    run: async ({ sql }) => {
      await sql(
        `insert into jobs (name, lane, payload)
         select 'feeds.fan-out', 'feeds', jsonb_build_object('entryId', id, 'actorId', author_id) from posts
         union all select 'feeds.fan-out', 'feeds', jsonb_build_object('entryId', id, 'actorId', user_id) from shares order by 3 desc`,
      )
    },
  },
  'an API is killed right after its answer': { weight: 4, run: killAfterAnswer },
}

/** What its master is told after it was cut off is lost with the master. */
async function promoteReplica(world: FaultWorld, draw: Draw): Promise<void> {
  const master = world.redis
  const replica = await startOwnRedis()
  await replica.send('REPLICAOF', '127.0.0.1', new URL(master.url).port)
  while (!String(await replica.send('INFO', 'replication')).includes('master_link_status:up')) await pause(20)
  await pause(draw.below(200))
  await replica.send('REPLICAOF', 'NO', 'ONE')
  await pause(100 + draw.below(400))
  world.redis = replica
  for (const proxy of world.proxies) proxy.turnTo(replica.url)
  await master.close()
}

/** Its writer reads at once on the other process, and must see what was answered. */
async function killAfterAnswer({ apis, people }: FaultWorld, draw: Draw): Promise<void> {
  const who = draw.of(people)
  const [killed, other] = draw.below(2) === 0 ? apis : apis.toReversed()
  if (!killed || !other) return
  const answer = await ask(killed.url(), { who, query: 'mutation { createPost(content: "at last") { post { id } } }' })
  await killed.kill()
  const id = answer?.data?.createPost?.post?.id
  const read = await ask(other.url(), { who, query: '{ homeFeed(first: 100) { edges { node { id } } } }' })
  const seen: string[] | undefined = read?.data?.homeFeed.edges.map(({ node }: { node: { id: string } }) => node.id)
  await killed.start()
  if (id !== undefined && seen && !seen.includes(id))
    throw new Error(`person ${who.id} does not see their own post ${id} on the other process`)
}

/** A fault, by its weight. */
export function drawFault(draw: Draw): { name: string; run: Fault } {
  const names = Object.entries(FAULTS).flatMap(([name, { weight }]) => Array<string>(weight).fill(name))
  const name = draw.of(names)
  return { name, run: FAULTS[name]?.run ?? (async () => {}) }
}
