import type { ClaimedJob } from './claim-jobs.ts'
import type { Lane } from './job.ts'

/** How many jobs of a lane a process runs at once. Those of feeds go through Redis and PostgreSQL together: many cost little more than one. */
export const JOBS_AT_ONCE_MAX: Readonly<Record<Lane, number>> = { prompt: 8, feeds: 128, chunks: 8, bulk: 2 }

/** Brings jobs that are due from their rows to the workers: in this process, or over RabbitMQ. */
export interface JobCarrier {
  /** From now on jobs are run in this process. What `run` is given is claimed; it sees to the row, and never throws. */
  work(run: (job: ClaimedJob) => Promise<void>): void
  /** Whether what carries them is connected; undefined where there is nothing to be connected to. */
  connected(): boolean | undefined
  /** Takes nothing new, and answers when what is under way is done. */
  close(): Promise<void>
}

export interface CarrierTimes {
  /** An idle process looks this often for what is due; a poke wakes it at once. */
  pollMs: number
  /** A job whose worker died is given to another after this time; one that takes longer is run twice, and is safe to. */
  leaseSeconds: number
  /** A row whose message was lost is sent again after this time. */
  resendSeconds: number
  /** RabbitMQ has this long to confirm a batch. */
  confirmSeconds: number
  /** A worker over RabbitMQ that stands idle for so long, though a job was sent as long ago, subscribes anew. */
  stalledSeconds: number
}

export const CARRIER_TIMES: CarrierTimes = { pollMs: 1000, leaseSeconds: 60, resendSeconds: 30, confirmSeconds: 10, stalledSeconds: 5 }
