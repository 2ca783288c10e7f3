import type { Logger } from 'pino'
import { HEARTBEAT_MS } from '../platform/broadcast/channel.ts'
import { sendFacts } from '../platform/broadcast/send-facts.ts'
import type { Redis } from '../platform/cache/open-redis.ts'
import type { Writer } from '../platform/database/statement.ts'
import { type Loop, runOnPoke } from '../platform/outbox/run-on-poke.ts'
import { takeFacts } from '../platform/outbox/take-facts.ts'

const FACTS_A_BATCH_MAX = 200

export interface RelayContext {
  database: Writer
  /** Undefined where facts have nowhere to go. */
  redis: Redis | undefined
  prefix: string
}

/**
 * Sends announced facts to every process, and a heartbeat when there are none; without Redis it takes them away. What follows from them was
 * written with them, as jobs. Each process that has Redis relays, since its pokes tell it at once what there is to send.
 */
export function relayFacts({ database, redis, prefix }: RelayContext, log: Logger): Loop {
  const relayBatch = async () => {
    const relayed = redis
      ? await sendFacts(database, redis, prefix, FACTS_A_BATCH_MAX)
      : (await database.transaction((tx) => takeFacts(tx, FACTS_A_BATCH_MAX))).length
    return relayed === FACTS_A_BATCH_MAX
  }
  const onFailure = (err: unknown) => log.warn({ err }, 'no facts are relayed: the database or Redis does not answer')
  return runOnPoke(relayBatch, { topic: 'facts', pollMs: HEARTBEAT_MS, onFailure })
}
