import { countJob } from '../platform/observe/tally.ts'
import type { ClaimedJob } from '../platform/queue/claim-jobs.ts'
import { failJob } from '../platform/queue/finish-jobs.ts'
import { NotYet, Unavailable } from '../platform/unavailable.ts'
import { JOBS } from './reactions.ts'
import type { WorkerContext } from './worker-context.ts'

const BACKOFF_SECONDS = { first: 1, max: 600 }
/** After so long it is tried again when what it stands on was away. */
const AWAY_SECONDS = 2
const ERROR_LENGTH_MAX = 2000

/** What a worker runs jobs with. */
export interface Running {
  ctx: WorkerContext
  /** Takes the row of a job away that is done. */
  finish(job: ClaimedJob): Promise<void>
}

/** Runs a job that was claimed. Done, its row is gone; failed, the row says when it is tried again, or that it never is. Throws nothing. */
export async function runJob({ ctx, finish }: Running, claimed: ClaimedJob): Promise<void> {
  try {
    await run(ctx, claimed)
    await finish(claimed)
    countJob(claimed.name, 'done')
  } catch (error) {
    await noteFailure(ctx, claimed, error).catch((err: unknown) =>
      ctx.log.warn(
        { err, job: claimed.name, id: claimed.id },
        'the database does not answer: the job is tried again when its lease has ended',
      ),
    )
  }
}

async function run(ctx: WorkerContext, { name, payload, attempts }: ClaimedJob): Promise<void> {
  const job = JOBS.get(name)
  if (!job) throw new Error(`no job is named ${name} here; a newer Nexus may know it`)
  // Whoever had it last neither finished it nor said that it failed, or it would not be here.
  if (attempts > job.attemptsMax) throw new Error('its workers died, or took longer than their lease')
  await job.run(ctx, job.input.parse(payload))
}

async function noteFailure(ctx: WorkerContext, claimed: ClaimedJob, error: unknown): Promise<void> {
  const { id, name, attempts } = claimed
  const message = String((error as Error)?.message ?? error).slice(0, ERROR_LENGTH_MAX)
  const counts = !(error instanceof Unavailable)
  countJob(name, error instanceof NotYet ? 'later' : 'failed')
  const forGood = counts && attempts >= (JOBS.get(name)?.attemptsMax ?? Number.POSITIVE_INFINITY)
  const waitSeconds = counts ? Math.min(BACKOFF_SECONDS.first * 2 ** (attempts - 1), BACKOFF_SECONDS.max) : AWAY_SECONDS
  if (error instanceof NotYet) ctx.log.debug({ job: name, id, reason: message }, 'a job goes on later')
  else ctx.log.warn({ job: name, id, attempts, error: message }, forGood ? 'a job failed for good' : 'a job failed and will be tried again')
  await failJob(ctx.database, claimed, { message, waitSeconds, forGood, counts })
}
