import type { Logger } from 'pino'
import type { JobCarrier } from '../platform/queue/job-carrier.ts'
import type { WorkerContext } from './reactions.ts'
import { relayFacts } from './relay-facts.ts'
import { runJob } from './run-job.ts'

export interface Worker {
  /** Relays no more facts. What the carrier has under way ends when that is closed. */
  close(): Promise<void>
}

/** Runs in this process the jobs that the carrier brings, and relays facts. */
export function runWorker(ctx: WorkerContext, carrier: JobCarrier, log: Logger): Worker {
  carrier.work((job) => runJob(ctx, log, job))
  return relayFacts(ctx.database, log)
}
