import type { Logger } from 'pino'
import type { Writer } from '../platform/database/statement.ts'
import { type Loop, runOnPoke } from '../platform/outbox/run-on-poke.ts'
import { takeFacts } from '../platform/outbox/take-facts.ts'

const FACTS_A_BATCH_MAX = 200
const POLL_MS = 1000

/** Takes announced facts away. What follows from them was written with them, as jobs. */
export function relayFacts(database: Writer, log: Logger): Loop {
  const relayBatch = async () => {
    const facts = await database.transaction((tx) => takeFacts(tx, FACTS_A_BATCH_MAX))
    return facts.length === FACTS_A_BATCH_MAX
  }
  const onFailure = (err: unknown) => log.warn({ err }, 'no facts are relayed: the database does not answer')
  return runOnPoke(relayBatch, { topic: 'facts', pollMs: POLL_MS, onFailure })
}
