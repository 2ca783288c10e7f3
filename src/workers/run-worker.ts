import type { Logger } from 'pino'
import type { JobCarrier } from '../platform/queue/job-carrier.ts'
import type { WorkerContext } from './reactions.ts'
import { runJob } from './run-job.ts'

/** Runs in this process the jobs that the carrier brings. What it has under way ends when the carrier is closed. */
export function runWorker(ctx: WorkerContext, carrier: JobCarrier, log: Logger): void {
  carrier.work((job) => runJob(ctx, log, job))
}
