import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { poke } from '../../src/platform/outbox/poke.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { CARRIERS } from './carriers.ts'
import { addMailJobs, addUsers, readJobs } from './job-rows.ts'
import { settled } from './settled.ts'

const ATTEMPTS_MAX = 8

describe.each(CARRIERS)('jobs, $name', ({ environment }) => {
  let nexus: Nexus
  beforeAll(async () => {
    nexus = await startNexus({ roles: ['worker'], environment })
  })
  afterAll(() => nexus.close())

  const readJob = async () => (await readJobs(nexus))[0]

  it('are tried again when they fail, after twice as long each time, and at last lie there with their error', async () => {
    await addUsers(nexus, ['alice'])
    const mail = join(nexus.dataDir, 'mail')
    await writeFile(mail, 'a file where the folder is to be') // so that no mail can be written
    await addMailJobs(nexus, ['alice'])
    const waits: number[] = []
    for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
      const job = await settled(readJob, (row) => row?.attempts === attempt && row.last_error !== null)
      expect(job).toMatchObject({ attempts: attempt, failed: false })
      expect(job?.last_error).toMatch(/EEXIST|ENOTDIR/)
      waits.push(job!.wait)
      await nexus.sql('update jobs set next_try_at = now(), last_error = null')
      poke(['prompt'])
    }
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeLessThanOrEqual(2 ** index)
      expect(wait).toBeGreaterThan(2 ** index / 2)
    }
    const last = await settled(readJob, (row) => row?.failed === true)
    expect(last).toMatchObject({ attempts: ATTEMPTS_MAX, failed: true })
    expect(last?.last_error).toMatch(/EEXIST|ENOTDIR/)

    // It lies there though it is due; when somebody asks for it anew, it is done.
    await nexus.sql(`update jobs set next_try_at = now() - interval '1 hour'`)
    await addMailJobs(nexus, ['nobody'])
    await nexus.settle()
    expect(await readJob()).toMatchObject({ attempts: ATTEMPTS_MAX, failed: true })
    await rm(mail)
    await nexus.sql('update jobs set failed_at = null, attempts = 0')
    await nexus.settle()
    expect(await readJobs(nexus)).toEqual([])
    expect(await readdir(mail)).toHaveLength(1)
  })

  it('of an unknown name are kept for a newer Nexus', async () => {
    await nexus.sql(`insert into jobs (name, payload) values ('somewhen.later', '{}')`)
    const job = await settled(readJob, (row) => row?.last_error != null)
    expect(job).toMatchObject({ attempts: 1, failed: false })
    expect(job?.last_error).toContain('somewhen.later')
    await nexus.sql('delete from jobs')
  })

  it('fail for good when they have killed their worker each time', async () => {
    await nexus.sql(
      `insert into jobs (name, payload, attempts) values ('accounts.send-password-reset', '{"email": "alice@mail.test"}', $1)`,
      [ATTEMPTS_MAX],
    )
    const job = await settled(readJob, (row) => row?.failed === true)
    expect(job?.last_error).toBe('its workers died, or took longer than their lease')
    await nexus.sql('delete from jobs')
  })

  it('go on while one fails', async () => {
    await nexus.sql(`insert into jobs (name, payload) values ('accounts.send-password-reset', '{"email": 1}')`)
    await addUsers(nexus, ['bob'])
    await addMailJobs(nexus, ['bob'])
    await settled(
      async () => (await nexus.sql(`select from mail_tokens t join users u on u.id = t.user_id where u.username = 'bob'`)).length,
      (count) => count === 1,
    )
    expect(await readJob()).toMatchObject({ failed: false })
    await nexus.sql('delete from jobs')
  })

  it('leave no fact behind, not even one that nobody reacts to', async () => {
    await nexus.sql(`insert into facts (name, payload) values ('nothing.follows', '{}')`)
    await nexus.settle()
    expect(await nexus.sql('select from facts union all select from jobs')).toEqual([])
  })
})
