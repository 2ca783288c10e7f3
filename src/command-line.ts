import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { StartupError } from './platform/startup-error.ts'
import { Refusal } from './refusals.ts'

/** The `nexus` command. Expected failures are one sentence on standard error and exit code 1; anything else keeps its stack. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...argv])
  } catch (error) {
    const expected = error instanceof StartupError || error instanceof Refusal
    process.stderr.write(`${expected ? error.message : ((error as Error)?.stack ?? error)}\n`)
    process.exitCode = 1
  }
}

const ROLES = ['api', 'worker', 'scheduler'] as const

/** All commands, with what they say of themselves. */
export function program(): Command {
  const nexus = new Command('nexus').description('A social feed backend. Settings are read from the environment: see "nexus config".')
  nexus.version(readVersion())
  nexus
    .command('start')
    .description('start the server (all roles in one process unless told otherwise)')
    .option('--roles <list>', `of ${ROLES.join(',')}`, readRoles, [...ROLES])
    .action(async ({ roles }) => (await import('./commands/start.ts')).start(roles))
  nexus
    .command('migrate')
    .description('bring the schema of the database up to date')
    .action(async () => (await import('./commands/migrate.ts')).migrateDatabase())
  nexus
    .command('config')
    .description('print the settings in force, with secrets masked')
    .action(async () => (await import('./commands/print-config.ts')).printConfig())
  nexus
    .command('import')
    .argument('<dir>', 'a folder of CSV files')
    .description('import users, follows, posts, comments, likes and shares; doing it twice changes nothing')
    .option('--format <format>', 'nexus or ldbc-snb', 'nexus')
    .option('--strict', 'import nothing when a row is bad', false)
    .option('--with-secrets', 'take password hashes too', false)
    .action(async (dir, options) => (await import('./commands/import.ts')).importFolder(dir, options))
  nexus
    .command('export')
    .argument('<dir>', 'a folder that is empty or not there yet')
    .description('export everything as a folder of CSV files that import reads')
    .option('--with-secrets', 'export password hashes too', false)
    .action(async (dir, options) => (await import('./commands/export.ts')).exportFolder(dir, options))
  nexus
    .command('demo')
    .description('fill a small world to look around in: people, pictures, threads')
    .action(async () => (await import('./commands/demo.ts')).demo())
  const admin = nexus.command('admin').description('administrators')
  admin
    .command('create')
    .description('create an administrator; the password is asked for, or read from NEXUS_ADMIN_PASSWORD')
    .requiredOption('--username <name>')
    .requiredOption('--email <address>')
    .action(async (options) => (await import('./commands/admin.ts')).createAdmin(options))
  admin
    .command('promote')
    .argument('<username>')
    .description('make a user an administrator')
    .action(async (username) => (await import('./commands/admin.ts')).promoteAdmin(username))
  admin
    .command('list')
    .description('list the administrators')
    .action(async () => (await import('./commands/admin.ts')).listAdmins())
  admin
    .command('suspend')
    .argument('<username>')
    .requiredOption('--reason <words>', 'for the log')
    .description("end a user's sessions and take all that they wrote and did from everybody's sight")
    .action(async (username, { reason }) => (await import('./commands/admin.ts')).suspendAtCommand(username, reason))
  admin
    .command('restore')
    .argument('<username>')
    .requiredOption('--reason <words>', 'for the log')
    .description('end a suspension')
    .action(async (username, { reason }) => (await import('./commands/admin.ts')).restoreAtCommand(username, reason))
  const audit = nexus.command('audit').description('compare what is kept with what is so')
  audit
    .command('feeds')
    .description('compare heads in Redis with the follow graph')
    .option('--sample <count>', 'so many viewers', readCount, 1000)
    .option('--repair', 'take heads away that differ: the next read builds them anew', false)
    .action(async (options) => (await import('./commands/audit.ts')).auditFeeds(options))
  audit
    .command('counts')
    .description('compare every count with the rows themselves')
    .option('--repair', 'count anew what is wrong', false)
    .action(async (options) => (await import('./commands/audit.ts')).auditAllCounts(options))
  nexus
    .command('explain')
    .description('say why something is as it is')
    .command('feed')
    .description("say why a post is, or is not, in a user's home feed")
    .requiredOption('--user <user>', 'an id or a username')
    .requiredOption('--post <id>')
    .action(async (options) => (await import('./commands/explain.ts')).explainFeed(options))
  const jobs = nexus.command('jobs').description('what is still to be done, and what failed')
  jobs
    .command('list')
    .description('list the jobs that are not done, oldest first')
    .option('--failed', 'only those that failed for good', false)
    .option('--name <name>', 'only those of this name')
    .action(async (options) => (await import('./commands/jobs.ts')).listJobsHere(options))
  jobs
    .command('show')
    .argument('<id>', 'as list shows it', readId)
    .description('print all that is known of a job')
    .action(async (id) => (await import('./commands/jobs.ts')).showJob(id))
  jobs
    .command('retry')
    .argument('<ids...>', 'as list shows them', readIds)
    .description('have jobs tried again at once, with all their attempts before them')
    .action(async (ids) => (await import('./commands/jobs.ts')).retryJobsHere(ids))
  jobs
    .command('discard')
    .argument('<ids...>', 'as list shows them', readIds)
    .description('give jobs up')
    .action(async (ids) => (await import('./commands/jobs.ts')).discardJobsHere(ids))
  const schedules = nexus.command('schedules').description('what is due by the clock')
  schedules
    .command('list', { isDefault: true })
    .description('list the schedules with their last and next run')
    .action(async () => (await import('./commands/schedules.ts')).listSchedules())
  schedules
    .command('run')
    .argument('<name>', 'as list shows it')
    .description('add the jobs of a schedule now; its own time stays as it is')
    .action(async (name) => (await import('./commands/schedules.ts')).runSchedule(name))
  return nexus
}

function readId(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('An id is a number, as "nexus jobs list" shows it.')
  return Number(text)
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('A count is a number from 1 to 9,999,999.')
  return Number(text)
}

function readIds(text: string, before: number[] | undefined): number[] {
  return [...(before ?? []), readId(text)]
}

function readRoles(text: string): string[] {
  const roles = text.split(',').map((role) => role.trim())
  for (const role of roles)
    if (!(ROLES as readonly string[]).includes(role)) throw new InvalidArgumentError(`Roles are ${ROLES.join(', ')}.`)
  return roles
}

function readVersion(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version
}
