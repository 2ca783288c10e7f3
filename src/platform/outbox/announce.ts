import type { z } from 'zod'
import { statement, type Tx } from '../database/statement.ts'
import { jobsOfFact } from './jobs-of-fact.ts'
import { poke } from './poke.ts'

/** Something that can become true, as one room announces it and any other may react to it. */
export interface FactKind<Payload> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
  /** Who made it true, if it is a user: for some seconds their reads come from the primary, so that they see it in the next one. */
  readonly writerOf: (payload: Payload) => number | undefined
}

/** Declares a fact. Names are `<noun>.<past participle>`. */
export function defineFact<Payload>(
  name: string,
  payload: z.ZodType<Payload>,
  writerOf: FactKind<Payload>['writerOf'] = () => undefined,
): FactKind<Payload> {
  return { name, payload, writerOf }
}

const insertFactAndJobs = statement<never>(
  'outbox.announce',
  `with fact as (insert into facts (name, payload) values ($1, $2::jsonb)), writer as (
     insert into viewers (user_id, wrote_at) select id, clock_timestamp() from users where id = $6::int
     on conflict (user_id) do update set wrote_at = excluded.wrote_at
   )
   insert into jobs (name, lane, payload) select * from unnest($3::text[], $4::text[], $5::jsonb[])`,
)

/**
 * Announces a fact inside the transaction that makes it true, together with the jobs that follow from it: all are committed, or none is.
 * The workers are woken after the commit.
 */
export async function announce<Payload>(tx: Tx, kind: FactKind<Payload>, payload: Payload): Promise<void> {
  const { names, lanes, inputs } = jobsOfFact(tx, kind.name, [payload])
  await tx.rows(insertFactAndJobs, [kind.name, JSON.stringify(payload), names, lanes, inputs, kind.writerOf(payload) ?? null])
  tx.afterCommit(() => poke(new Set(['facts' as const, ...lanes])))
}
