import { statement, type Tx } from '../database/statement.ts'
import type { FactKind } from './announce.ts'
import { poke } from './poke.ts'

const insertFactsAndJobs = statement<never>(
  'outbox.announce-all',
  `with given as (select payload from unnest($2::jsonb[]) as given (payload)),
     facts as (insert into facts (name, payload) select $1, payload from given)
   insert into jobs (name, lane, payload) select job.name, job.lane, given.payload from given, unnest($3::text[], $4::text[]) as job (name, lane)`,
)

/** Announces many facts of one kind in one statement, else as `announce`: what came along with what somebody did, so that nobody is its writer. */
export async function announceAll<Payload>(tx: Tx, kind: Pick<FactKind<Payload>, 'name'>, payloads: readonly Payload[]): Promise<void> {
  if (payloads.length === 0) return
  const jobs = tx.jobsOf(kind.name)
  const [names, lanes] = [jobs.map(({ name }) => name), jobs.map(({ lane }) => lane)]
  await tx.rows(insertFactsAndJobs, [kind.name, payloads.map((payload) => JSON.stringify(payload)), names, lanes])
  tx.afterCommit(() => poke(new Set(['facts' as const, ...lanes])))
}
