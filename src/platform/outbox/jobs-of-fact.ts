import type { Tx } from '../database/statement.ts'
import type { Lane } from '../queue/job.ts'

/** Rows of jobs, column by column. */
export interface JobColumns {
  names: string[]
  lanes: Lane[]
  /** As JSON. */
  inputs: string[]
}

/**
 * The jobs that follow from facts of one kind. Each is given of the fact's payload what its schema has: a job that brings nothing into feeds
 * must not bear the id of an entry, by which readers know what is still to be brought there.
 */
export function jobsOfFact(tx: Tx, factName: string, payloads: readonly unknown[]): JobColumns {
  const kinds = tx.jobsOf(factName)
  const jobs = payloads.flatMap((payload) =>
    kinds.map(({ name, lane, input }) => ({ name, lane, input: JSON.stringify(input.parse(payload)) })),
  )
  return { names: jobs.map(({ name }) => name), lanes: jobs.map(({ lane }) => lane), inputs: jobs.map(({ input }) => input) }
}
