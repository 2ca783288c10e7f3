import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { sendPasswordReset } from '../../src/domain/accounts/account-mails.ts'
import { addJobs } from '../../src/platform/queue/add-jobs.ts'
import type { Lane } from '../../src/platform/queue/job.ts'
import type { Nexus } from '../cast.ts'

export interface JobRow {
  name: string
  attempts: number
  wait: number
  last_error: string | null
  failed: boolean
}

/** The jobs that are there, oldest first. */
export function readJobs(nexus: Nexus): Promise<JobRow[]> {
  return nexus.sql<JobRow>(
    `select name, attempts, extract(epoch from next_try_at - now())::float8 as wait, last_error, failed_at is not null as failed
     from jobs order by id`,
  )
}

/** Users without a way to sign in, with an address each. */
export function addUsers(nexus: Nexus, names: readonly string[]): Promise<unknown> {
  return nexus.sql(`insert into users (username, email) select name, name || '@mail.test' from unnest($1::text[]) name`, [names])
}

/** A job for each: to send a mail. */
export function addMailJobs(nexus: Nexus, names: readonly string[]): Promise<void> {
  const inputs = names.map((name) => ({ email: `${name}@mail.test` }))
  return nexus.app.database.transaction((tx) => addJobs(tx, sendPasswordReset, inputs))
}

/** How many mails a process has written. */
export async function countMails(nexus: Nexus): Promise<number> {
  return (await readdir(join(nexus.dataDir, 'mail')).catch(() => [])).length
}

/** How many jobs of a lane are being run. */
export async function countRunning(nexus: Nexus, lane: Lane = 'prompt'): Promise<number> {
  return (await nexus.sql<{ count: number }>('select count(*)::int from jobs where lease_until > now() and lane = $1', [lane]))[0]!.count
}

/** Holds the jobs of these people, so that each waits half done, for at most two seconds, until the answer is called. */
export async function holdJobsOf(nexus: Nexus, names: string): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: nexus.databaseUrl })
  holder.on('error', () => {}) // when a test fails, the database goes before it
  await holder.connect()
  await holder.query('begin')
  await holder.query('select from users where username like $1 for update', [names])
  return () => holder.end()
}
