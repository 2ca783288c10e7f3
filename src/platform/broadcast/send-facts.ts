import type { Redis } from '../cache/open-redis.ts'
import { firstRow, statement, type Writer } from '../database/statement.ts'
import { takeFacts } from '../outbox/take-facts.ts'
import { type Broadcast, channelOf } from './channel.ts'

const lockChannel = statement<{ after: number }>('broadcast.lock-channel', 'select last as after from broadcast_channel for update')
const takeNumbers = statement<{ last: number }>(
  'broadcast.take-numbers',
  `select setval('broadcast_numbers', last_value + $1::int) as last from broadcast_numbers`,
)
const commitNumber = statement<never>('broadcast.commit-number', 'update broadcast_channel set last = $1')
const lastNumber = statement<{ last: number }>('broadcast.last-number', 'select last_value as last from broadcast_numbers')
const oldestFact = statement<{ lagMs: number }>(
  'broadcast.oldest-fact',
  `select coalesce(extract(epoch from clock_timestamp() - min(announced_at)) * 1000, 0)::float8 as "lagMs" from facts`,
)

/**
 * Takes facts away and sends them to every process, numbered. One relay does so at a time, so that numbers are sent in their order. A fact
 * whose sending fails stays, and is sent again under another number: a number is of one message, committed or not. Answers how many there were.
 * @throws Unavailable
 */
export async function sendFacts(database: Writer, redis: Redis, prefix: string, count: number): Promise<number> {
  return database.transaction(async (tx) => {
    const channel = await firstRow(tx, lockChannel, [])
    const facts = await takeFacts(tx, count)
    const lag = await firstRow(tx, oldestFact, [])
    const numbered = facts.length > 0 ? firstRow(tx, takeNumbers, [facts.length]) : firstRow(tx, lastNumber, [])
    const last = (await numbered)?.last ?? 0
    if (facts.length > 0) await tx.rows(commitNumber, [last])
    const message: Broadcast = {
      after: channel?.after ?? 0,
      last,
      facts: facts.map(({ name, payload }) => ({ name, payload })),
      lagMs: lag?.lagMs ?? 0,
    }
    await redis.publish(channelOf(prefix), JSON.stringify(message))
    return facts.length
  })
}
