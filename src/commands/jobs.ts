import { openForCommand } from '../app.ts'
import { readConfig } from '../config.ts'
import { migrate } from '../platform/database/migrate.ts'
import type { Database } from '../platform/database/open-database.ts'
import { openLog } from '../platform/observe/open-log.ts'
import { discardJobs, retryJobs } from '../platform/queue/decide-jobs.ts'
import { type JobSeen, listJobs, readJob } from '../platform/queue/look-at-jobs.ts'
import { StartupError } from '../platform/startup-error.ts'
import { describeJob, describeJobs } from './describe-jobs.ts'

const JOBS_LISTED_MAX = 100

/** Lists the jobs that are not done, oldest first. */
export async function listJobsHere(asked: { failed: boolean; name?: string }): Promise<void> {
  const found = await withDatabase((database) => listJobs(database, { failed: asked.failed, name: asked.name }, JOBS_LISTED_MAX + 1))
  process.stdout.write(describeJobs(found.slice(0, JOBS_LISTED_MAX), new Date()))
  if (found.length > JOBS_LISTED_MAX) process.stderr.write(`There are more: these are the ${JOBS_LISTED_MAX} oldest.\n`)
}

/** Prints all that is known of a job. */
export async function showJob(id: number): Promise<void> {
  const job: JobSeen | undefined = await withDatabase((database) => readJob(database, id))
  if (!job) throw unknownJobs([id])
  process.stdout.write(describeJob(job))
}

/** Has jobs tried again at once. */
export async function retryJobsHere(ids: readonly number[]): Promise<void> {
  const unknown = await withDatabase((database) => retryJobs(database, ids))
  if (unknown.length > 0) throw unknownJobs(unknown)
  process.stdout.write(`${count(ids)} tried again now.\n`)
}

/** Gives jobs up. */
export async function discardJobsHere(ids: readonly number[]): Promise<void> {
  const unknown = await withDatabase((database) => discardJobs(database, ids))
  if (unknown.length > 0) throw unknownJobs(unknown)
  process.stdout.write(`${count(ids)} given up.\n`)
}

const count = (ids: readonly number[]) => (ids.length === 1 ? '1 job is' : `${ids.length} jobs are`)

function unknownJobs(ids: readonly number[]): StartupError {
  return new StartupError(`No job has the id ${ids.join(' or ')}: it is done, or never was. Nothing was changed.`)
}

async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const config = readConfig()
  const { database, close } = await openForCommand(config, openLog('warn'))
  try {
    await migrate(database, config.NEXUS_MIGRATE)
    return await work(database)
  } finally {
    await close()
  }
}
