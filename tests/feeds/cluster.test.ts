import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callsOf } from '../../src/domain/feeds/heads/add-to-heads.ts'
import { readHome } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { type OwnCluster, startOwnCluster } from './own-cluster.ts'
import { forgetWrites, statementsDuring } from './statements.ts'

let cluster: OwnCluster
let nexus: Nexus
let authors: Person[], readers: Person[]

beforeAll(async () => {
  cluster = await startOwnCluster()
  nexus = await startNexus({ environment: { REDIS_URL: cluster.url, REDIS_CLUSTER: 'on' } })
  const people = await cast(nexus, 'alice', 'bob', 'carol', 'dan', 'erin', 'frank', 'grace', 'heidi')
  const [bob, ...others] = [people.bob, people.alice, people.carol, people.dan, people.erin, people.frank, people.grace, people.heidi]
  authors = [bob]
  readers = others
  for (const reader of readers) await follow(nexus, reader, bob)
})
afterAll(async () => {
  await nexus?.close()
  await cluster?.close()
})

const pulse = () => nexus.app.warmFeeds?.heads.pulse()

/** Everybody reads this, and out of heads. */
async function expectOutOfHeads(expected: string[]): Promise<void> {
  for (const reader of readers)
    await settled(
      () => readHome(nexus, reader),
      (feed) => feed.join() === expected.join(),
    )
  const read = await statementsDuring(async () => {
    for (const reader of readers) expect(await readHome(nexus, reader)).toEqual(expected)
  })
  expect(read).not.toContain('feeds.home-feed-truth')
  expect(read).not.toContain('feeds.head-entries')
}

it('keeps heads on all nodes, and delivers into them', async () => {
  await settled(
    async () => pulse(),
    (taken) => taken !== undefined,
  )
  await post(nexus, authors[0]!, 'one')
  await nexus.settle()
  await forgetWrites(nexus)
  await expectOutOfHeads(['one'])
  await post(nexus, authors[0]!, 'two')
  await nexus.settle()
  await expectOutOfHeads(['two', 'one'])
  const held = await Promise.all(cluster.masters.map(async (master) => Number(await master.send('DBSIZE'))))
  expect(held.filter((keys) => keys > 0).length, `keys of the nodes: ${held.join()}`).toBeGreaterThan(1)
  expect((await nexus.app.warmFeeds!.heads.sample(pulse()!, 100)).sort()).toEqual(readers.map(({ id }) => id).sort())
})

it('has at least twenty keys in a script call for ten thousand followers, all of one slot', () => {
  const viewerIds = Array.from({ length: 10_000 }, (_, index) => 1 + index * 3)
  const calls = callsOf('nexus:', 'epoch', [{ viewerIds, entryId: 1 }])
  expect(viewerIds.length / calls.length).toBeGreaterThanOrEqual(20)
  for (const { keys } of calls) expect(new Set(keys.map((key) => /\{.*\}/.exec(key)?.[0])).size).toBe(1)
})

it('serves the truth when a replica that lags behind takes the place of its master, and is warm again', async () => {
  const before = pulse()!.epoch
  cluster.replica.hold()
  await post(nexus, authors[0]!, 'three')
  await nexus.settle()
  await expectOutOfHeads(['three', 'two', 'one'])
  await cluster.masters[0].stop()
  cluster.replica.wake()
  // Nobody waits for the vote: what the replica has not is lost.
  await settled(
    async () => String(await cluster.replica.send('CLUSTER', 'FAILOVER', 'TAKEOVER').catch((error) => error)),
    (said) => said === 'OK',
  )
  for (let look = 0; look < 20; look += 1) {
    for (const reader of readers) expect(await readHome(nexus, reader)).toEqual(['three', 'two', 'one'])
    await pause(25)
  }
  await settled(
    async () => pulse()?.epoch,
    (epoch) => epoch !== undefined && epoch !== before,
  )
  await post(nexus, authors[0]!, 'four')
  await settled(
    () => nexus.sql('select from jobs'),
    (jobs) => jobs.length === 0,
  )
  await forgetWrites(nexus)
  await expectOutOfHeads(['four', 'three', 'two', 'one'])
})
