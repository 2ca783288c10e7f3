import type { Logger } from 'pino'
import { onPoke } from '../platform/outbox/announce.ts'
import { failJob, finishJob, type JobRow, takeJobs } from '../platform/queue/job-rows.ts'
import { JOBS, type WorkerContext } from './reactions.ts'
import { relayOutbox } from './relay-outbox.ts'

const POLL_MS = 1000
const JOBS_AT_ONCE_MAX = 4
/** A job whose worker died is taken again after this time; a job that takes longer is run twice, and is safe to. */
const LEASE_SECONDS = 60
const BACKOFF_SECONDS = { first: 1, max: 600 }
const ERROR_LENGTH_MAX = 2000

export interface Worker {
  /** Takes nothing new, and answers when what is under way is done. */
  close(): Promise<void>
}

/** Runs the relay and the jobs in this process: woken by each commit that announces something, and by a poll of one second. */
export function runWorker(ctx: WorkerContext, log: Logger): Worker {
  let closing = false
  let wake = () => {}
  let poked = false
  const stopPokes = onPoke(() => {
    poked = true
    wake()
  })

  async function rest(): Promise<void> {
    if (poked || closing) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function loop(): Promise<void> {
    while (!closing) {
      poked = false
      try {
        const moved = (await relayOutbox(ctx.database)) + (await runDueJobs(ctx, log))
        if (moved === 0) await rest()
      } catch (error) {
        log.warn({ err: error }, 'the worker will try again: the database does not answer')
        await rest()
      }
    }
  }

  const done = loop()
  return {
    close: async () => {
      closing = true
      stopPokes()
      wake()
      await done
    },
  }
}

async function runDueJobs(ctx: WorkerContext, log: Logger): Promise<number> {
  const jobs = await ctx.database.transaction((tx) => takeJobs(tx, JOBS_AT_ONCE_MAX, LEASE_SECONDS))
  await Promise.all(jobs.map((job) => runJob(ctx, log, job)))
  return jobs.length
}

async function runJob(ctx: WorkerContext, log: Logger, row: JobRow): Promise<void> {
  const job = JOBS.get(row.name)
  try {
    if (!job) throw new Error(`no job is named ${row.name} here; a newer Nexus may know it`)
    await job.run(ctx, job.input.parse(row.payload))
    await ctx.database.transaction((tx) => finishJob(tx, row.id))
  } catch (error) {
    const message = String((error as Error)?.message ?? error).slice(0, ERROR_LENGTH_MAX)
    const forGood = job !== undefined && row.attempts >= job.attemptsMax
    const waitSeconds = Math.min(BACKOFF_SECONDS.first * 2 ** (row.attempts - 1), BACKOFF_SECONDS.max)
    log.warn(
      { job: row.name, id: row.id, attempts: row.attempts, error: message },
      forGood ? 'a job failed for good' : 'a job failed and will be tried again',
    )
    await ctx.database.transaction((tx) => failJob(tx, row.id, { message, waitSeconds, forGood }))
  }
}
