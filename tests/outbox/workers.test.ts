import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { poke } from '../../src/platform/outbox/poke.ts'
import { JOBS_AT_ONCE_MAX } from '../../src/platform/queue/job-carrier.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { CARRIERS } from './carriers.ts'
import { addMailJobs, addUsers, countMails, countRunning, holdJobsOf, readJobs } from './job-rows.ts'
import { settled } from './settled.ts'

describe.each(CARRIERS)('workers, $name', ({ environment }) => {
  let nexus: Nexus
  beforeAll(async () => {
    nexus = await startNexus({ roles: ['worker'], environment })
  })
  afterAll(() => nexus.close())

  /** Another process of the same world, as far as the database can tell. */
  const startSecond = () => startNexus({ roles: ['worker'], environment, databaseUrl: nexus.databaseUrl })

  it('run each job once where two share a database and nothing fails', async () => {
    const second = await startSecond()
    try {
      const names = Array.from({ length: 120 }, (_, index) => `person${index}`)
      await addUsers(nexus, names)
      // As long as every person is held, each job that is begun waits: more of them at once than one worker runs can only be the work of both.
      const release = await holdJobsOf(nexus, 'person%')
      await addMailJobs(nexus, names)
      await settled(
        () => countRunning(nexus),
        (count) => count === 2 * JOBS_AT_ONCE_MAX.prompt,
      ).finally(release)
      await nexus.settle()
      const [byFirst, bySecond] = await Promise.all([countMails(nexus), countMails(second)])
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

  it('begin at once what is written beside them, long before they would look by themselves', async () => {
    const poked = await startNexus({ roles: ['worker'], environment, carrierTimes: { pollMs: 600_000 } })
    try {
      await addUsers(poked, ['alice'])
      await addMailJobs(poked, ['alice'])
      await poked.settle()
      expect(await countMails(poked)).toBe(1)
    } finally {
      await poked.close()
    }
  })

  it('do what is prompt while the bulk lane is full', async () => {
    await addUsers(nexus, ['alice', ...Array.from({ length: 20 }, (_, index) => `slow${index}`)])
    const before = await countMails(nexus)
    const release = await holdJobsOf(nexus, 'slow%')
    await nexus.sql(
      `insert into jobs (name, lane, payload) select 'accounts.send-password-reset', 'bulk', jsonb_build_object('email', email)
       from users where username like 'slow%'`,
    )
    poke(['prompt']) // which has no business with them
    await settled(
      () => countRunning(nexus, 'bulk'),
      (count) => count === JOBS_AT_ONCE_MAX.bulk,
    )
    await addMailJobs(nexus, ['alice'])
    await settled(
      () => countMails(nexus),
      (count) => count === before + 1,
    )
    expect(await countRunning(nexus, 'bulk'), 'as many as the lane allows, and no more').toBe(JOBS_AT_ONCE_MAX.bulk)
    await release()
    await nexus.settle()
  })

  it('take over the job of one that died with it, when its lease has ended and not before', async () => {
    await addUsers(nexus, ['bob', 'carol'])
    const before = await countMails(nexus)
    await nexus.sql(
      `insert into jobs (name, payload, attempts, sent_at, lease_until)
       values ('accounts.send-password-reset', '{"email": "bob@mail.test"}', 1, now(), now() + interval '2 seconds')`,
    )
    await addMailJobs(nexus, ['carol'])
    const left = await settled(
      () => readJobs(nexus),
      (jobs) => jobs.length === 1,
    )
    expect(left, 'the lease still holds').toMatchObject([{ attempts: 1, failed: false }])
    expect(await countMails(nexus)).toBe(before + 1)
    await nexus.settle()
    expect(await countMails(nexus)).toBe(before + 2)
  })

  it('finish what is under way when they are told to stop, and leave the rest to others', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `late${index}`)
    await addUsers(nexus, names)
    const stopping = await startNexus({ roles: ['worker'], environment })
    await addUsers(stopping, names)
    const release = await holdJobsOf(stopping, 'late%')
    await addMailJobs(stopping, names)
    await settled(
      () => countRunning(stopping),
      (count) => count === JOBS_AT_ONCE_MAX.prompt,
    )
    const closed = stopping.app.close()
    await release()
    await closed
    expect(await countMails(stopping)).toBe(JOBS_AT_ONCE_MAX.prompt)
    const left = await readJobs(stopping)
    expect(left).toHaveLength(names.length - JOBS_AT_ONCE_MAX.prompt)
    expect(left.map(({ attempts }) => attempts)).toEqual(left.map(() => 0))
    expect(await countRunning(stopping)).toBe(0)
    await stopping.close()
  })
})
