import { deleteBatch, runInBatches } from '../database/run-in-batches.ts'
import type { Writer } from '../database/statement.ts'
import { Tick } from '../schedules/schedule.ts'
import { defineJob } from './job.ts'

/** So long a job that failed for good lies where an operator finds it. */
const FAILED_KEPT_DAYS = 90

// Jobs of the bulk lane delete what somebody deleted: such a one is given up by an operator, never by the clock.
const oldFailures = deleteBatch('queue.sweep-failed', {
  from: 'jobs',
  where: `failed_at < now() - interval '${FAILED_KEPT_DAYS} days' and lane <> 'bulk'`,
  rowsMax: 500,
})

/** Deletes jobs whose moment is long past: mails and deliveries that failed for good 90 days ago. */
export const sweepFailedJobs = defineJob({
  name: 'queue.sweep-failed',
  input: Tick,
  lane: 'bulk',
  attemptsMax: 5,
  run: ({ database }: { database: Writer }) => runInBatches(database, oldFailures, []),
})
