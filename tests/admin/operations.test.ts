import { afterAll, beforeAll, expect, it } from 'vitest'
import { SCHEDULES } from '../../src/workers/schedules.ts'
import { readPages } from '../acceptance/verbs.ts'
import { cast, type Nexus, type Person, promote, startNexus } from '../cast.ts'
import { suspend } from '../moderation/verbs.ts'

let nexus: Nexus
let bob: Person, mod: Person
beforeAll(async () => {
  nexus = await startNexus()
  ;({ bob, mod } = await cast(nexus, 'alice', 'bob', 'mod'))
  await promote(nexus, mod)
  await nexus.settle()
})
afterAll(() => nexus.close())

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
const ask = async (query: string, variables?: Record<string, unknown>): Promise<any> => nexus.ask(query, mod.token, variables)

it('shows the accounts, all or by what they are', async () => {
  await suspend(nexus, mod, bob.id)
  const read = async (args: string) => {
    const query = `query ($after: String) { accounts(${args}first: 2, after: $after) {
      edges { cursor node { role suspendedAt sessionCount lastHereAt user { username email } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
    const pages = await readPages(async (after) => (await ask(query, { after })).accounts)
    return pages.flatMap(({ edges }) => edges.map(({ node }) => node))
  }
  const all = await read('')
  expect(all.map(({ role, sessionCount, user }) => [user.username, role, sessionCount])).toEqual([
    ['alice', 'USER', 1],
    ['bob', 'USER', 0],
    ['mod', 'ADMIN', 1],
  ])
  expect(Math.abs(Date.now() - Date.parse(all[0].lastHereAt))).toBeLessThan(60_000)
  expect((await read('suspended: true, ')).map(({ user }) => user.email)).toEqual(['bob@mail.test'])
  expect((await read('suspended: false, ')).map(({ user }) => user.username)).toEqual(['alice', 'mod'])
  expect((await read('role: ADMIN, ')).map(({ user }) => user.username)).toEqual(['mod'])
})

it('lists jobs, has them tried again, and gives them up', async () => {
  const add = async (name: string) =>
    (
      await nexus.sql<{ id: number }>(
        `insert into jobs (name, payload, failed_at, last_error) values ($1, '{"userId": 0}', now(), 'broken') returning id::int`,
        [name],
      )
    )[0]!.id
  const ids = [await add('accounts.send-verification'), await add('accounts.send-verification'), await add('accounts.unknown')]
  const list = async (args: string) =>
    (await ask(`{ jobs(${args}) { edges { node { id name state error payload failedAt } } } }`)).jobs.edges
  expect((await list('failed: true')).map(({ node }: { node: { id: string } }) => Number(node.id))).toEqual(ids)
  expect((await list('name: "accounts.unknown"')).map(({ node }: { node: object }) => node)).toMatchObject([
    { state: 'FAILED', error: 'broken', payload: '{"userId":0}' },
  ])
  expect(await nexus.refusal('query ($name: String) { jobs(name: $name) { edges { cursor } } }', mod.token, { name: 'a\0' })).toBe(
    'BAD_USER_INPUT',
  )
  expect((await ask('query ($ids: String) { jobs(first: 1, after: $ids) { pageInfo { hasNextPage } } }')).jobs.pageInfo.hasNextPage).toBe(
    true,
  )
  expect(await nexus.refusal(`mutation { retryJobs(ids: [${ids[0]}, 12345678]) }`, mod.token)).toBe('NOT_FOUND')
  expect(await list('failed: true')).toHaveLength(3)
  expect(await ask(`mutation { retryJobs(ids: [${ids[0]}, ${ids[0]}]) }`)).toEqual({ retryJobs: 1 })
  expect(await ask(`mutation { discardJobs(ids: [${ids[1]}, ${ids[2]}]) }`)).toEqual({ discardJobs: 2 })
  await nexus.settle()
  expect(await list('failed: false')).toEqual([])
})

it('lists the schedules, runs one, and shows what audits found', async () => {
  const { schedules } = await ask('{ schedules { name pattern missed jobs lastFiredAt nextDueAt } }')
  expect(schedules.map(({ name, pattern }: { name: string; pattern: string }) => [name, pattern])).toEqual(
    SCHEDULES.map(({ name, pattern }) => [name, pattern]),
  )
  const { runSchedule } = await ask('mutation { runSchedule(name: "interactions.audit") { name missed jobs lastFiredAt } }')
  expect(runSchedule).toMatchObject({ missed: 'SKIP', jobs: ['interactions.audit-some-counts'] })
  expect(Math.abs(Date.now() - Date.parse(runSchedule.lastFiredAt))).toBeLessThan(60_000)
  await nexus.settle()
  expect((await ask('{ audits { kind lookedAt differing findings } }')).audits).toEqual([
    { kind: 'counts', lookedAt: 3, differing: 0, findings: [] },
  ])
  await nexus.sql('update user_counts set posts = 7 where user_id = $1', [bob.id])
  await ask('mutation { runSchedule(name: "interactions.audit") { name } }')
  await nexus.settle()
  expect((await ask('{ audits(first: 1) { differing findings } }')).audits).toEqual([
    { differing: 1, findings: [`user ${bob.id}: kept 7,0,0, counted 0,0,0`] },
  ])
})

it('says what the server stands on', async () => {
  const { systemState } = await ask(
    '{ systemState { redisConnected rabbitmqConnected pulseAgeSeconds jobsWaiting jobsFailed oldestDueSeconds factsWaiting } }',
  )
  expect(systemState).toMatchObject({
    redisConnected: process.env.REDIS_URL ? true : null,
    rabbitmqConnected: process.env.AMQP_URL ? true : null,
    jobsWaiting: 0,
    jobsFailed: 0,
    oldestDueSeconds: 0,
    factsWaiting: 0,
  })
  expect(systemState.pulseAgeSeconds ?? 0).toBeLessThan(2)
})
