import type { z } from 'zod'
import { statement, type Tx } from '../database/statement.ts'
import { poke } from '../outbox/poke.ts'
import type { JobKind } from './job.ts'

const insertJobs = statement<never>('queue.add', 'insert into jobs (name, lane, payload) select $1, $2, unnest($3::jsonb[])')

/** Adds jobs of one kind inside the transaction that calls for them. What follows from a fact is added by `announce`. */
export async function addJobs<Input>(tx: Tx, job: JobKind & { input: z.ZodType<Input> }, inputs: readonly Input[]): Promise<void> {
  if (inputs.length === 0) return
  await tx.rows(insertJobs, [job.name, job.lane, inputs.map((input) => JSON.stringify(input))])
  tx.afterCommit(() => poke([job.lane]))
}
