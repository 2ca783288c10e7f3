import { statement, type Tx } from '../../platform/database/statement.ts'

/**
 * To whom a deleted post or comment is handed when so much hangs on it that it is deleted in batches. Nobody is a closed account, and nobody
 * sees what is left of one: with that one update it is gone from every list and feed. No client's id is negative.
 */
export const NOBODY = -1

const openNobody = statement<never>(
  'accounts.open-nobody',
  `insert into users (id, username, email, closed_at) values ($1, 'nobody', 'closed@nobody', now()) on conflict do nothing`,
)

/** Makes sure that the account of NOBODY is there. */
export async function ensureNobody(tx: Tx): Promise<void> {
  await tx.rows(openNobody, [NOBODY])
}
