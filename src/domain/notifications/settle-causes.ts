import type { Tx } from '../../platform/database/statement.ts'
import { announceChanges } from './announce-changes.ts'
import { addCause, type CauseKey, type Changed, dropCauses } from './keep-causes.ts'
import { type Cause, isSameCause } from './notification-kinds.ts'

/** A cause as it is kept. */
export type KeptCause = Omit<Cause, 'happenedAt' | 'textId'> & CauseKey

/** Makes what is kept equal to what is due: adds what is missing, drops what is too much, and says so. What is kept already stays as it is. */
export async function settleCauses(tx: Tx, due: readonly Cause[], kept: readonly KeptCause[]): Promise<void> {
  const missing = due.filter((cause) => !kept.some((other) => isSameCause(cause, other)))
  const tooMuch = kept.filter((cause) => !due.some((other) => isSameCause(cause, other)))
  const added: Changed[] = []
  // Before others are dropped: what is done again goes on in the same notification.
  // By recipient: of two texts that name the same people in another order, neither waits for what the other holds.
  for (const cause of missing.toSorted((one, other) => one.recipientId - other.recipientId)) added.push(await addCause(tx, cause))
  await announceChanges(tx, { added, retracted: await dropCauses(tx, tooMuch) })
}
