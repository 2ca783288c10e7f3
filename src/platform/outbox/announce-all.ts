import { statement, type Tx } from '../database/statement.ts'
import type { FactKind } from './announce.ts'
import { jobsOfFact } from './jobs-of-fact.ts'
import { poke } from './poke.ts'

const insertFactsAndJobs = statement<never>(
  'outbox.announce-all',
  `with told as (insert into facts (name, payload) select $1, unnest($2::jsonb[]))
   insert into jobs (name, lane, payload) select * from unnest($3::text[], $4::text[], $5::jsonb[])`,
)

/** Announces many facts of one kind in one statement, else as `announce`: what came along with what somebody did, so that nobody is its writer. */
export async function announceAll<Payload>(tx: Tx, kind: Pick<FactKind<Payload>, 'name'>, payloads: readonly Payload[]): Promise<void> {
  if (payloads.length === 0) return
  const { names, lanes, inputs } = jobsOfFact(tx, kind.name, payloads)
  await tx.rows(insertFactsAndJobs, [kind.name, payloads.map((payload) => JSON.stringify(payload)), names, lanes, inputs])
  tx.afterCommit(() => poke(new Set(['facts' as const, ...lanes])))
}
