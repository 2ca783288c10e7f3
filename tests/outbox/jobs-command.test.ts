import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { addUsers, countMails } from './job-rows.ts'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')
const run = promisify(execFile)

let nexus: Nexus
/** Ids of a job that waits, one that failed for good, one that is run, and one that brings an entry into feeds. */
let [waiting, failed, running, delivering] = [0, 0, 0, 0]
beforeAll(async () => {
  nexus = await startNexus({ roles: [], environment: { AMQP_URL: '' } })
})
afterAll(() => nexus.close())
beforeEach(async () => {
  await nexus.sql('delete from jobs')
  const add = async (columns: string, values: string) =>
    (await nexus.sql<{ id: number }>(`insert into jobs (name, payload, ${columns}) values (${values}) returning id::int`))[0]!.id
  const mail = `'accounts.send-password-reset', '{"email": "alice@mail.test"}'`
  waiting = await add('attempts, next_try_at, last_error', `${mail}, 2, now() + interval '150 seconds', 'no mail can be sent'`)
  failed = await add('created_at, attempts, failed_at, last_error', `${mail}, now() - interval '3 hours', 8, now(), E'no mail\\nnever'`)
  running = await add('attempts, lease_until', `${mail}, 1, now() + interval '1 minute'`)
  delivering = await add('attempts, failed_at', `'feeds.fan-out', '{"entryId": 77, "actorId": 5}', 12, now()`)
})

interface Said {
  code: number
  stdout: string
  stderr: string
}

async function jobs(...args: string[]): Promise<Said> {
  const env = { PATH: process.env.PATH, DATABASE_URL: nexus.databaseUrl, NEXUS_DATA_DIR: nexus.dataDir }
  return run(process.execPath, [MAIN, 'jobs', ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error) => error as Said,
  )
}

const linesOf = ({ stdout }: Said) => stdout.trimEnd().split('\n')

it('lists what waits, is run and has failed, with what an operator wants to know of it', async () => {
  const [header, ...lines] = linesOf(await jobs('list'))
  expect(header).toMatch(/^ID +STATE +NAME +ATTEMPTS +AGE +NEXT TRY +ERROR$/)
  expect(lines).toHaveLength(4)
  expect(lines[0]).toMatch(new RegExp(`^${waiting} +waiting +accounts.send-password-reset +2 +\\d s +in 2 min +no mail can be sent$`))
  expect(lines[1]).toMatch(new RegExp(`^${failed} +failed +accounts.send-password-reset +8 +3 h +never +no mail$`))
  expect(lines[2]).toMatch(new RegExp(`^${running} +running +accounts.send-password-reset +1 +\\d s +now$`))
  expect(lines[3]).toMatch(new RegExp(`^${delivering} +failed +feeds.fan-out +12 `))

  expect(linesOf(await jobs('list', '--failed')).slice(1)).toEqual(
    [failed, delivering].map((id) => expect.stringMatching(new RegExp(`^${id} +failed `))),
  )
  expect(linesOf(await jobs('list', '--name', 'feeds.fan-out'))).toHaveLength(2)
})

it('lists the oldest hundred, and says that there are more', async () => {
  await nexus.sql(`insert into jobs (name, payload) select 'somewhen.later', '{}' from generate_series(1, 100)`)
  const said = await jobs('list')
  expect(linesOf(said)).toHaveLength(101)
  expect(said.stderr).toBe('There are more: these are the 100 oldest.\n')
})

it('shows all of a job', async () => {
  const { stdout } = await jobs('show', String(failed))
  expect(stdout).toContain(`id: ${failed}\nname: accounts.send-password-reset\nlane: prompt\nstate: failed\nattempts: 8\n`)
  expect(stdout).toContain('error: no mail\nnever\n')
  expect(stdout).toContain('"email": "alice@mail.test"')
})

it('has what failed for good done when it is retried', async () => {
  expect(await jobs('retry', String(failed), String(waiting))).toMatchObject({ code: 0, stdout: '2 jobs are tried again now.\n' })
  await nexus.sql('delete from jobs where id <> all($1)', [[failed, waiting]])
  await addUsers(nexus, ['alice'])
  const worker = await startNexus({ roles: ['worker'], environment: { AMQP_URL: '' }, databaseUrl: nexus.databaseUrl })
  try {
    await nexus.settle()
    expect(await nexus.sql('select from jobs')).toEqual([])
    expect(await countMails(worker)).toBe(2)
  } finally {
    await worker.close()
  }
})

it('gives up what is discarded; what brings an entry into feeds stays, for readers to merge, and does nothing', async () => {
  expect(await jobs('discard', String(failed))).toMatchObject({ code: 0, stdout: '1 job is given up.\n' })
  expect(await nexus.sql('select from jobs where id = $1', [failed])).toEqual([])

  expect((await jobs('discard', String(delivering))).code).toBe(0)
  const [kept] = await nexus.sql(
    `select name, attempts, failed_at, entry_id::int, actor_id, next_try_at > now() + interval '1 day' as later from jobs where id = $1`,
    [delivering],
  )
  expect(kept).toEqual({ name: 'feeds.keep', attempts: 0, failed_at: null, entry_id: 77, actor_id: 5, later: true })
})

it.each(['show', 'retry', 'discard'])('refuses to %s what is not there, with one sentence, and changes nothing', async (verb) => {
  const before = await nexus.sql('select * from jobs order by id')
  const ids = verb === 'show' ? ['999999'] : [String(failed), '999999']
  expect(await jobs(verb, ...ids)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'No job has the id 999999: it is done, or never was. Nothing was changed.\n',
  })
  expect(await jobs(verb, 'all')).toMatchObject({ code: 1, stderr: expect.stringContaining('An id is a number') })
  expect(await nexus.sql('select * from jobs order by id')).toEqual(before)
})
