import { type OpenedDatabase, openForCommand } from '../app.ts'
import { readConfig } from '../config.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openLog } from '../platform/observe/open-log.ts'
import { fireNow } from '../platform/schedules/fire-ticks.ts'
import { lookAtSchedules } from '../platform/schedules/look-at-schedules.ts'
import { StartupError } from '../platform/startup-error.ts'
import { layOut } from './lay-out.ts'

/** Prints every schedule with its pattern, what becomes of its missed ticks, its last run and the next. */
export async function listSchedules(): Promise<void> {
  const seen = await withDatabase(({ database, schedules }) => lookAtSchedules(database, schedules))
  const rows = seen.map(({ name, pattern, missed, lastFiredAt, nextDueAt }) => [
    ...[name, pattern, missed, describeInstant(lastFiredAt), describeInstant(nextDueAt)],
  ])
  process.stdout.write(layOut([['NAME', 'WHEN (UTC)', 'MISSED', 'LAST RUN', 'NEXT RUN'], ...rows]))
}

/** Adds the jobs of a schedule now. */
export async function runSchedule(name: string): Promise<void> {
  await withDatabase(async ({ database, schedules }) => {
    const schedule = schedules.find((each) => each.name === name)
    if (!schedule) throw new StartupError(`No schedule is named ${name}: "nexus schedules" lists them.`)
    await fireNow(database, schedule)
    process.stdout.write(
      `Added: ${schedule.jobs.map((job) => job.name).join(', ')}. A worker runs them; "nexus jobs list" shows what is left.\n`,
    )
  })
}

function describeInstant(instant: Date | null): string {
  return instant ? `${instant.toISOString().slice(0, 19)}Z` : 'never'
}

async function withDatabase<Result>(work: (opened: OpenedDatabase) => Promise<Result>): Promise<Result> {
  const config = readConfig()
  const opened = await openForCommand(config, openLog('warn'))
  try {
    await migrate(opened.database, config.NEXUS_MIGRATE)
    return await work(opened)
  } finally {
    await opened.close()
  }
}
