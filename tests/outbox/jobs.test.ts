import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { passwordResetRequested } from '../../src/domain/accounts/account-facts.ts'
import { sendPasswordReset } from '../../src/domain/accounts/account-mails.ts'
import { announce } from '../../src/platform/outbox/announce.ts'
import { poke } from '../../src/platform/outbox/poke.ts'
import { addJobs } from '../../src/platform/queue/add-jobs.ts'
import { claimJobs } from '../../src/platform/queue/claim-jobs.ts'
import { JOBS_AT_ONCE_MAX } from '../../src/platform/queue/job-carrier.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { settled } from './settled.ts'

const ATTEMPTS_MAX = 8

/** Two processes of one world, as far as the database can tell. The second begins to work only in the tests that open it. */
let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus({ roles: ['worker'] })
})
afterAll(() => nexus.close())

interface JobRow {
  attempts: number
  wait: number
  last_error: string | null
  failed: boolean
}

const readJob = async () =>
  (
    await nexus.sql<JobRow>(
      `select attempts, extract(epoch from next_try_at - now())::float8 as wait, last_error, failed_at is not null as failed from jobs`,
    )
  )[0]

const announceReset = (email: string) => nexus.app.database.transaction((tx) => announce(tx, passwordResetRequested, { email }))

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client
}

const addUser = (name: string) => nexus.sql(`insert into users (username, email) values ($1, $1 || '@mail.test')`, [name])

it('tries a job that fails again, after twice as long each time, and at last lets it lie with its error', async () => {
  await addUser('alice')
  const mail = join(nexus.dataDir, 'mail')
  await writeFile(mail, 'a file where the folder is to be') // so that no mail can be written
  await announceReset('alice@mail.test')
  const waits: number[] = []
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
    poke()
    const job = await settled(readJob, (row) => row?.attempts === attempt && row.last_error !== null)
    expect(job).toMatchObject({ attempts: attempt, failed: false })
    expect(job?.last_error).toMatch(/EEXIST|ENOTDIR/)
    waits.push(job!.wait)
    await nexus.sql('update jobs set next_try_at = now(), last_error = null')
  }
  poke()
  for (const [index, wait] of waits.entries()) {
    expect(wait).toBeLessThanOrEqual(2 ** index)
    expect(wait).toBeGreaterThan(2 ** index / 2)
  }
  const last = await settled(readJob, (row) => row?.failed === true)
  expect(last).toMatchObject({ attempts: ATTEMPTS_MAX, failed: true })
  expect(last?.last_error).toMatch(/EEXIST|ENOTDIR/)

  // It lies there though it is due; when somebody asks for it anew, it is done.
  await nexus.sql(`update jobs set next_try_at = now() - interval '1 hour'`)
  await announceReset('nobody@mail.test')
  await nexus.settle()
  expect(await readJob()).toMatchObject({ attempts: ATTEMPTS_MAX, failed: true })
  await rm(mail)
  await nexus.sql('update jobs set failed_at = null, attempts = 0')
  await nexus.settle()
  expect(await nexus.sql('select from jobs')).toEqual([])
  expect(await readdir(mail)).toHaveLength(1)
})

it('keeps a job of a name that it does not know for a newer Nexus', async () => {
  await nexus.sql(`insert into jobs (name, payload) values ('somewhen.later', '{}')`)
  const job = await settled(readJob, (row) => row?.last_error != null)
  expect(job).toMatchObject({ attempts: 1, failed: false })
  expect(job?.last_error).toContain('somewhen.later')
  await nexus.sql('delete from jobs')
})

it('goes on with other jobs while one fails', async () => {
  await nexus.sql(`insert into jobs (name, payload) values ('accounts.send-password-reset', '{"email": 1}')`)
  await addUser('bob')
  await announceReset('bob@mail.test')
  await settled(
    async () => (await nexus.sql(`select from mail_tokens t join users u on u.id = t.user_id where u.username = 'bob'`)).length,
    (count) => count === 1,
  )
  expect(await readJob()).toMatchObject({ failed: false })
  await nexus.sql('delete from jobs')
})

it('takes a fact that nobody reacts to away', async () => {
  await nexus.sql(`insert into facts (name, payload) values ('nothing.follows', '{}')`)
  await nexus.settle()
  expect(await nexus.sql('select from facts union all select from jobs')).toEqual([])
})

it('runs each job once where two workers share a database and nothing fails', async () => {
  const second = await startNexus({ roles: ['worker'], databaseUrl: nexus.databaseUrl })
  try {
    const mails = async (dataDir: string) => (await readdir(join(dataDir, 'mail')).catch(() => [])).length
    const [before, names] = [await mails(nexus.dataDir), Array.from({ length: 120 }, (_, index) => `person${index}`)]
    await nexus.sql(`insert into users (username, email) select name, name || '@mail.test' from unnest($1::text[]) name`, [names])
    // As long as every person is locked, all jobs that are begun wait: more than one worker runs at once can only be the work of both.
    const holder = await connect(nexus.databaseUrl)
    await holder.query('begin')
    await holder.query(`select from users where username like 'person%' for update`)
    const inputs = names.map((name) => ({ email: `${name}@mail.test` }))
    await nexus.app.database.transaction((tx) => addJobs(tx, sendPasswordReset, inputs))
    const running = async () => (await nexus.sql<{ count: number }>('select count(*)::int from jobs where lease_until > now()'))[0]?.count
    await settled(running, (count) => count === 2 * JOBS_AT_ONCE_MAX.prompt).finally(() => holder.end())
    await nexus.settle()
    const [byFirst, bySecond] = [(await mails(nexus.dataDir)) - before, await mails(second.dataDir)]
    expect(byFirst + bySecond).toBe(names.length)
    expect(Math.min(byFirst, bySecond), 'both worked').toBeGreaterThan(0)
    const tokens = await nexus.sql(
      `select count(*)::int from mail_tokens t join users u on u.id = t.user_id where u.username like 'person%' group by u.id`,
    )
    expect(tokens).toEqual(names.map(() => ({ count: 1 })))
  } finally {
    await second.close()
  }
})

it('takes over the job of a worker that died with it, when its lease has ended and not before', async () => {
  await nexus.close()
  nexus = await startNexus({ roles: [] })
  await addUser('alice')
  await nexus.sql(`insert into jobs (name, payload) values ('accounts.send-password-reset', '{"email": "alice@mail.test"}')`)
  const taken = await claimJobs(nexus.app.database, 'prompt', 10, 2) // and never finished
  expect(taken).toHaveLength(1)
  const worker = await startNexus({ roles: ['worker'], databaseUrl: nexus.databaseUrl })
  try {
    await mkdir(join(worker.dataDir, 'mail'), { recursive: true })
    await announceReset('alice@mail.test')
    await settled(
      () => readdir(join(worker.dataDir, 'mail')),
      (files) => files.length === 1,
    )
    expect(await readJob(), 'the lease still holds').toMatchObject({ attempts: 1 })
    await nexus.settle()
    expect(await readdir(join(worker.dataDir, 'mail'))).toHaveLength(2)
  } finally {
    await worker.close()
  }
})
