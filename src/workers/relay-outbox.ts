import type { Writer } from '../platform/database/statement.ts'
import { takeFacts } from '../platform/outbox/take-facts.ts'
import { addJobs } from '../platform/queue/job-rows.ts'
import { REACTIONS } from './reactions.ts'

const FACTS_A_BATCH_MAX = 200

/** Turns announced facts into the jobs that follow from them, in one transaction a batch: no fact is lost, none is expanded twice. */
export async function relayOutbox(database: Writer): Promise<number> {
  return database.transaction(async (tx) => {
    const facts = await takeFacts(tx, FACTS_A_BATCH_MAX)
    const jobs = facts.flatMap(({ name, payload }) => (REACTIONS[name] ?? []).map((job) => ({ name: job.name, payload })))
    await addJobs(tx, jobs)
    return facts.length
  })
}
