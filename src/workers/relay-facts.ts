import type { Logger } from 'pino'
import { HEARTBEAT_MS } from '../platform/broadcast/channel.ts'
import { type Loop, runOnPoke } from '../platform/outbox/run-on-poke.ts'

const FACTS_A_BATCH_MAX = 200

/** Takes up to so many announced facts to where they are heard, and answers how many there were. @throws Unavailable */
export type Relay = (count: number) => Promise<number>

/**
 * Relays announced facts to those who hear them, and a heartbeat when there are none. What follows from them was written with them, as
 * jobs. Each process relays, since its pokes tell it at once what there is.
 */
export function relayFacts(relay: Relay, log: Logger): Loop {
  const relayBatch = async () => (await relay(FACTS_A_BATCH_MAX)) === FACTS_A_BATCH_MAX
  const onFailure = (err: unknown) => log.warn({ err }, 'no facts are relayed: the database or Redis does not answer')
  return runOnPoke(relayBatch, { topic: 'facts', pollMs: HEARTBEAT_MS, onFailure })
}
