import { gather } from '../platform/gather.ts'
import type { ClaimedJob } from '../platform/queue/claim-jobs.ts'
import { finishJobs } from '../platform/queue/finish-jobs.ts'
import type { JobCarrier } from '../platform/queue/job-carrier.ts'
import { runJob } from './run-job.ts'
import type { WorkerContext } from './worker-context.ts'

const FINISHED_AT_ONCE_MAX = 32

/** Runs in this process the jobs that the carrier brings. What it has under way ends when the carrier is closed. */
export function runWorker(ctx: WorkerContext, carrier: JobCarrier): void {
  // Those that end together are taken away by one statement.
  const finish = gather(async (jobs: ClaimedJob[]) => {
    await finishJobs(ctx.database, jobs)
    return jobs.map(() => undefined)
  }, FINISHED_AT_ONCE_MAX)
  carrier.work((job) => runJob({ ctx, finish }, job))
}
