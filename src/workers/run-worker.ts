import type { JobCarrier } from '../platform/queue/job-carrier.ts'
import { runJob } from './run-job.ts'
import type { WorkerContext } from './worker-context.ts'

/** Runs in this process the jobs that the carrier brings. What it has under way ends when the carrier is closed. */
export function runWorker(ctx: WorkerContext, carrier: JobCarrier): void {
  carrier.work((job) => runJob(ctx, job))
}
