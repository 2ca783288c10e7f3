import { EventEmitter } from 'node:events'
import type { z } from 'zod'
import { statement, type Tx } from '../database/statement.ts'

/** Something that can become true, as one room announces it and any other may react to it. */
export interface FactKind<Payload> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
}

/** Declares a fact. Names are `<noun>.<past participle>`. */
export function defineFact<Payload>(name: string, payload: z.ZodType<Payload>): FactKind<Payload> {
  return { name, payload }
}

const insertFact = statement<never>('outbox.announce', 'insert into facts (name, payload) values ($1, $2)')

/** Announces a fact inside the transaction that makes it true: both are committed, or neither is. The worker is woken after the commit. */
export async function announce<Payload>(tx: Tx, kind: FactKind<Payload>, payload: Payload): Promise<void> {
  await tx.rows(insertFact, [kind.name, JSON.stringify(payload)])
  tx.afterCommit(poke)
}

const pokes = new EventEmitter().setMaxListeners(0)

/** Wakes the workers of this process. They also look by themselves every second, so that a lost poke costs a second and no more. */
export function poke(): void {
  pokes.emit('poke')
}

/** Calls `run` at each poke until the answer is called. */
export function onPoke(run: () => void): () => void {
  pokes.on('poke', run)
  return () => pokes.off('poke', run)
}
