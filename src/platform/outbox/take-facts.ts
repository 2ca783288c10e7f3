import { statement, type Tx } from '../database/statement.ts'

export interface FactRow {
  id: number
  name: string
  payload: unknown
}

const takeFactsStatement = statement<FactRow>(
  'outbox.take',
  `delete from facts where id in (
     select id from facts where announced_at <= clock_timestamp() - $2::float8 * interval '1 ms' order by id limit $1 for update skip locked
   ) returning id, name, payload`,
)

/**
 * Takes announced facts away, oldest first; those alone that were announced so long ago. Any number of relays may do so at once: each fact
 * is one relay's.
 */
export async function takeFacts(tx: Tx, count: number, agedMs = 0): Promise<FactRow[]> {
  const facts = await tx.rows(takeFactsStatement, [count, agedMs])
  return facts.sort((a, b) => a.id - b.id)
}
