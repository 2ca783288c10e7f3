import type { Logger } from 'pino'
import type { Writer } from '../database/statement.ts'
import { type Loop, runOnPoke } from '../outbox/run-on-poke.ts'
import { type ClaimedJob, claimJobs } from './claim-jobs.ts'
import { LANES, type Lane } from './job.ts'
import { type CarrierTimes, JOBS_AT_ONCE_MAX, type JobCarrier } from './job-carrier.ts'

/** Takes due rows straight from the table. Any number of processes may do so beside each other. */
export function carryInProcess(database: Writer, log: Logger, times: CarrierTimes): JobCarrier {
  const lanes: { close(): Promise<void> }[] = []
  return {
    work: (run) => {
      for (const lane of LANES) lanes.push(workLane(lane, { database, log, times, run }))
    },
    connected: () => undefined,
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}

interface LaneContext {
  database: Writer
  log: Logger
  times: CarrierTimes
  run: (job: ClaimedJob) => Promise<void>
}

function workLane(lane: Lane, { database, log, times, run }: LaneContext): { close(): Promise<void> } {
  const underWay = new Set<Promise<void>>()

  async function takeJobs(): Promise<boolean> {
    const free = JOBS_AT_ONCE_MAX[lane] - underWay.size
    if (free === 0) return false
    const jobs = await claimJobs(database, lane, free, times.leaseSeconds)
    for (const job of jobs) {
      const running = run(job).finally(() => {
        underWay.delete(running)
        loop.wake()
      })
      underWay.add(running)
    }
    return false
  }

  const onFailure = (err: unknown) => log.warn({ err }, 'no jobs are taken: the database does not answer')
  const loop: Loop = runOnPoke(takeJobs, { topic: lane, pollMs: times.pollMs, onFailure })
  return {
    close: async () => {
      await loop.close()
      await Promise.all(underWay)
    },
  }
}
