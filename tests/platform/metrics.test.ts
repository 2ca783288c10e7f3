import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fireNow } from '../../src/platform/schedules/fire-ticks.ts'
import { SCHEDULES } from '../../src/workers/schedules.ts'
import { readHome } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'

const METRICS_TOKEN = 'a token of the tests'

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus({ environment: { METRICS_TOKEN } })
})
afterAll(() => nexus.close())

const ask = (token?: string, at = nexus) =>
  fetch(`${at.url}/metrics`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })

/** The samples of a metric: its labels, as they are written, and its values. */
async function read(name: string): Promise<Record<string, number>> {
  const text = await (await ask(METRICS_TOKEN)).text()
  const lines = [...text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'))]
  return Object.fromEntries(lines.map(([, labels = '', value]) => [labels, Number(value)]))
}

it('are shown to who bears the token, and to nobody else; without a token there are none', async () => {
  const { status, headers } = await ask(METRICS_TOKEN)
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect([(await ask()).status, (await ask('another')).status]).toEqual([401, 401])
  const silent = await startNexus({ roles: ['api'], databaseUrl: nexus.databaseUrl })
  expect((await ask(METRICS_TOKEN, silent)).status).toBe(404)
  await silent.close()
})

it('tell of requests by what they ask for, never by the words of a client', async () => {
  const { alice, bob } = await cast(nexus, 'alice', 'bob')
  await follow(nexus, alice, bob)
  await post(nexus, bob, 'hello')
  await nexus.settle()
  const before = await read('nexus_feed_reads_total')
  expect(await readHome(nexus, alice)).toEqual(['hello'])
  const after = await read('nexus_feed_reads_total')
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, each) => all + each, 0)
  expect(sum(after)).toBe(sum(before) + 1)

  await nexus.gql('query Mine { ...q } fragment q on Query { renamed: unreadNotificationCount }', { token: alice.token })
  await nexus.gql('{ nothing }')
  await fetch(`${nexus.url}/nowhere/${alice.username}`)
  const durations = await settled(
    () => read('nexus_request_duration_seconds_count'),
    (counts) => Object.keys(counts).some((labels) => labels.includes('none')),
  )
  expect(durations).toMatchObject({
    'route="POST /graphql",operation="mutation createPost",status="200"': 1,
    'route="POST /graphql",operation="query homeFeed",status="200"': 1,
    'route="POST /graphql",operation="query unreadNotificationCount",status="200"': 1,
    'route="POST /graphql",operation="",status="400"': 1,
    'route="none",operation="",status="404"': 1,
  })
  const buckets = await read('nexus_request_duration_seconds_bucket')
  const infinite = Object.entries(buckets).filter(([labels]) => labels.includes('le="+Inf"') && labels.includes('createPost'))
  expect(infinite.map(([, value]) => value)).toEqual([1])
  expect(await read('nexus_refusals_total')).toMatchObject({ 'code="GRAPHQL_VALIDATION_FAILED"': 1, 'code="NOT_FOUND"': 2 }) // one of /metrics itself, above
  expect(JSON.stringify([durations, buckets])).not.toMatch(/alice|Mine|renamed/)
})

it('tell of jobs, schedules, audits and what is connected', async () => {
  await nexus.sql(`insert into jobs (name, payload, failed_at) values ('accounts.send-verification', '{}', now() - interval '1 hour')`)
  await fireNow(nexus.app.database, SCHEDULES.find(({ name }) => name === 'interactions.audit')!)
  await nexus.settle()
  expect(await read('nexus_jobs')).toEqual({ 'name="accounts.send-verification",state="failed"': 1 })
  expect((await read('nexus_jobs_oldest_seconds'))['name="accounts.send-verification",state="failed"']).toBeGreaterThan(3599)
  expect(await read('nexus_jobs_ended_total')).toMatchObject({ 'name="interactions.audit-some-counts",outcome="done"': 1 })
  expect(await read('nexus_audit_differing')).toEqual({ 'kind="counts"': 0 })
  expect((await read('nexus_audit_looked_at'))['kind="counts"']).toBeGreaterThan(2)
  expect(Object.keys(await read('nexus_schedule_late_seconds'))).toHaveLength(SCHEDULES.length)
  expect(await read('nexus_database_up')).toEqual({ '': 1 })
  expect(await read('nexus_redis_connected')).toEqual(process.env.REDIS_URL ? { '': 1 } : {})
  expect(await read('nexus_rabbitmq_connected')).toEqual(process.env.AMQP_URL ? { '': 1 } : {})
  expect((await read('nexus_pulse_age_seconds'))[''] ?? 0).toBeLessThan(2)
})

it('are those that the document names, and no others', async () => {
  const text = await (await ask(METRICS_TOKEN)).text()
  const shown = new Set([...text.matchAll(/^# TYPE (nexus_\w+)/gm)].map(([, name]) => name))
  const table = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8')
  const ofServices = process.env.REDIS_URL ? [] : ['nexus_pulse_age_seconds', 'nexus_redis_connected']
  if (!process.env.AMQP_URL) ofServices.push('nexus_rabbitmq_connected')
  const told = [...table.matchAll(/^\| `(nexus_\w+)`/gm)].map(([, name]) => name!).filter((name) => !ofServices.includes(name))
  expect([...shown].sort()).toEqual(told.sort())
})
