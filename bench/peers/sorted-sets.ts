import { Connection } from 'rabbitmq-client'
import type { RedisClient } from '../measure/open-engine.ts'

const SET_LENGTH = 800
const PREFETCH = 250

/** Fills the sorted sets of readers with what their heads hold. */
export async function fillSortedSets(redis: RedisClient, prefix: string, heads: ReadonlyMap<number, readonly number[]>): Promise<void> {
  for (const [reader, ids] of heads) {
    const members = ids.filter((id) => id > 0).map((id) => ({ score: id, value: String(id) }))
    if (members.length > 0) await redis.zAdd(`${prefix}${reader}`, members)
  }
}

/**
 * Delivers as it is described most often: a message for each follower, and for each message one addition to a sorted set, which is cut to its length.
 * Answers the deliveries a second.
 */
export async function deliverByFollower(
  redis: RedisClient,
  amqpUrl: string,
  prefix: string,
  order: { entryId: number; viewer: number }[],
): Promise<number> {
  const broker = new Connection(amqpUrl)
  broker.on('error', () => {})
  const queue = `${prefix}deliveries`
  try {
    await broker.queueDeclare({ queue, durable: true })
    const publisher = broker.createPublisher({ confirm: true })
    for (let from = 0; from < order.length; from += 1000)
      await Promise.all(order.slice(from, from + 1000).map((each) => publisher.send({ routingKey: queue, durable: true }, each)))
    let left = order.length
    const began = performance.now()
    await new Promise<void>((resolve) => {
      const consumer = broker.createConsumer(
        { queue, queueOptions: { passive: true }, qos: { prefetchCount: PREFETCH } },
        async ({ body }) => {
          const key = `${prefix}${body.viewer}`
          await Promise.all([
            redis.zAdd(key, { score: body.entryId, value: String(body.entryId) }),
            redis.zRemRangeByRank(key, 0, -SET_LENGTH - 1),
          ])
          left -= 1
          if (left === 0) resolve()
        },
      )
      consumer.on('error', () => {}) // its queue goes at the end
    })
    return Math.round((order.length * 1000) / (performance.now() - began))
  } finally {
    await broker.queueDelete({ queue })
    broker.unsafeDestroy()
  }
}
