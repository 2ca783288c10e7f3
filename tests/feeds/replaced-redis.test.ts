import { afterAll, beforeAll, expect, it } from 'vitest'
import { readHome } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { type OwnRedis, startOwnRedis } from './own-redis.ts'

// A worker that is still connected to a Redis that everybody else has left: what it delivers there reaches nobody.
let old: OwnRedis, current: OwnRedis
let api: Nexus, worker: Nexus
let alice: Person, bob: Person

beforeAll(async () => {
  ;[old, current] = await Promise.all([startOwnRedis(), startOwnRedis()])
  worker = await startNexus({ roles: ['worker'], environment: { REDIS_URL: old.url } })
  await settled(
    async () => worker.app.warmFeeds?.heads.pulse(),
    (pulse) => pulse !== undefined,
  )
  api = await startNexus({ roles: ['api'], environment: { REDIS_URL: current.url }, databaseUrl: worker.databaseUrl })
  ;({ alice, bob } = await cast(api, 'alice', 'bob'))
  await follow(api, alice, bob)
  expect(await readHome(api, alice)).toEqual([])
})
afterAll(async () => {
  await api.close()
  await worker.close()
  await Promise.all([old.close(), current.close()])
})

const delivery = () => api.sql<{ last_error: string | null }>(`select last_error from jobs where name = 'feeds.fan-out'`)

it('takes no delivery for done that a worker made into a Redis that was left, and keeps no heads there', async () => {
  await post(api, bob, 'one')
  const [job] = await settled(delivery, (jobs) => jobs[0]?.last_error != null)
  expect(job!.last_error).toContain('Redis')
  expect(await worker.app.warmFeeds?.heads.takePulse()).toBeUndefined()
  expect(worker.app.warmFeeds?.heads.pulse()).toBeUndefined()
  await settled(
    () => readHome(api, alice),
    (feed) => feed.join() === 'one',
  )
})

it('takes it back when nobody has kept heads elsewhere for minutes, under a new epoch', async () => {
  await api.app.warmFeeds?.heads.close() // nobody takes a pulse any more
  const [before] = await api.sql<{ number: string }>('select number::text from head_epoch')
  await api.sql(`update head_epoch set kept_at = now() - interval '10 minutes'`)
  await settled(
    async () => worker.app.warmFeeds?.heads.pulse(),
    (pulse) => pulse !== undefined,
  )
  const [after] = await api.sql<{ number: string }>('select number::text from head_epoch')
  expect(Number(after!.number)).toBeGreaterThan(Number(before!.number))
})
