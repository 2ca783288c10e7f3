import type { z } from 'zod'
import { statement, type Tx } from '../database/statement.ts'
import { poke } from './poke.ts'

/** Something that can become true, as one room announces it and any other may react to it. */
export interface FactKind<Payload> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
}

/** Declares a fact. Names are `<noun>.<past participle>`. */
export function defineFact<Payload>(name: string, payload: z.ZodType<Payload>): FactKind<Payload> {
  return { name, payload }
}

const insertFactAndJobs = statement<never>(
  'outbox.announce',
  `with fact as (insert into facts (name, payload) values ($1, $2::jsonb))
   insert into jobs (name, lane, payload) select name, lane, $2::jsonb from unnest($3::text[], $4::text[]) as job (name, lane)`,
)

/**
 * Announces a fact inside the transaction that makes it true, together with the jobs that follow from it: all are committed, or none is.
 * The workers are woken after the commit.
 */
export async function announce<Payload>(tx: Tx, kind: FactKind<Payload>, payload: Payload): Promise<void> {
  const jobs = tx.jobsOf(kind.name)
  await tx.rows(insertFactAndJobs, [kind.name, JSON.stringify(payload), jobs.map(({ name }) => name), jobs.map(({ lane }) => lane)])
  tx.afterCommit(() => poke(new Set(['facts' as const, ...jobs.map(({ lane }) => lane)])))
}
