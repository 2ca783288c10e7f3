import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { readFeed, readHome } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { type OwnRedis, startOwnRedis } from './own-redis.ts'
import { forgetWrites, statementsDuring } from './statements.ts'

const WARM_STATEMENTS = ['accounts.viewers-of-sessions']

let redis: OwnRedis
let nexus: Nexus
let alice: Person, bob: Person
let written: string[]

beforeAll(async () => {
  redis = await startOwnRedis()
  nexus = await startNexus({ environment: { REDIS_URL: redis.url } })
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
  await follow(nexus, alice, bob)
})
beforeEach(async () => {
  written = []
  await nexus.sql('delete from posts')
  await say('one')
  await nexus.settle()
  await becomesWarm()
})
afterEach(() => redis.start())
afterAll(async () => {
  await nexus.close()
  await redis.close()
})

async function say(content: string): Promise<void> {
  await post(nexus, bob, content)
  written.unshift(content)
}

/** Everybody reads what was written, within a second and without an error. */
async function expectRight(): Promise<void> {
  const began = performance.now()
  for (;;) {
    const [feed, late] = [await readHome(nexus, alice), performance.now() - began > 1000]
    if (late) expect(feed).toEqual(written)
    if (feed.join() === written.join()) break
  }
  expect(await readFeed(nexus, alice)).toEqual(written)
}

/** Waits until alice's feed is read from her head again: by itself. */
async function becomesWarm(): Promise<void> {
  await forgetWrites(nexus)
  await settled(
    () => statementsDuring(() => readHome(nexus, alice)),
    (names) => names.sort().join() === WARM_STATEMENTS.join(),
  )
  await expectRight()
}

it('reads on when Redis is emptied, and is warm again after one read', async () => {
  await redis.send('FLUSHALL')
  await expectRight()
  await becomesWarm()
})

it('reads and writes on while Redis is gone; what was written meanwhile is in the feed when it is back', async () => {
  await redis.stop()
  await expectRight()
  for (const content of ['two', 'three']) {
    await say(content)
    await expectRight()
  }
  await redis.start()
  await expectRight()
  await say('four')
  await becomesWarm()
  await nexus.settle()
  await becomesWarm()
})

it('does not believe a Redis that was restarted from an old snapshot', async () => {
  await redis.send('SAVE')
  await say('two')
  await nexus.settle()
  await becomesWarm()
  await redis.stop()
  await redis.start()
  expect(await redis.send('DBSIZE'), 'the old heads are there').toBeGreaterThan(0)
  await settled(
    () => readHome(nexus, alice),
    () => true,
  )
  await becomesWarm()
})

it('reads on while Redis answers nothing, and is warm again afterwards', async () => {
  await redis.send('CLIENT', 'PAUSE', '3000', 'ALL')
  for (let read = 0; read < 10; read += 1) await expectRight()
  await becomesWarm()
})

it('reads and writes on while Redis is full', async () => {
  await redis.send('CONFIG', 'SET', 'maxmemory', '1')
  await say('two')
  await expectRight()
  await nexus.sql('delete from follows')
  await follow(nexus, alice, bob)
  await expectRight()
  await redis.send('CONFIG', 'SET', 'maxmemory', '0')
  await nexus.settle()
  await becomesWarm()
})
