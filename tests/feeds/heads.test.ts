import { afterAll, beforeAll, expect, it } from 'vitest'
import { mute, readFeed, readHome, share, unfollow } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { keysOf, withRedis } from '../redis-keys.ts'
import { forgetWrites, statementsDuring } from './statements.ts'

const REDIS_URL = process.env.REDIS_URL!
const DAY_MS = 24 * 3_600_000

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, dan: Person
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, dan } = await cast(nexus, 'alice', 'bob', 'carol', 'dan'))
})
afterAll(() => nexus.close())

const prefix = () => `${new URL(nexus.databaseUrl).pathname.slice(1)}:`

/** The heads of a person as Redis has them, oldest entry first; the first is what stands before the entries. */
async function headsOf({ id }: Person): Promise<{ key: string; entries: string[]; livesMs: number }[]> {
  const keys = (await keysOf(REDIS_URL, prefix())).filter((key) => key.endsWith(`:${id.toString(36)}`))
  return withRedis(REDIS_URL, (redis) =>
    Promise.all(keys.map(async (key) => ({ key, entries: await redis.lRange(key, 0, -1), livesMs: await redis.pTTL(key) }))),
  )
}

it("reads a warm feed without the truth, and bob's new post out of alice's head", async () => {
  await follow(nexus, alice, bob)
  const first = await post(nexus, bob, 'first')
  expect(await readHome(nexus, alice)).toEqual(['first'])
  const second = await post(nexus, bob, 'second')
  await nexus.settle()
  await forgetWrites(nexus)
  await readHome(nexus, alice)
  const read = await statementsDuring(async () => expect(await readHome(nexus, alice)).toEqual(['second', 'first']))
  expect(read, 'nothing but the viewer').toEqual(['accounts.viewers-of-sessions'])
  const [head, ...others] = await headsOf(alice)
  expect(others).toEqual([])
  expect(head!.entries).toEqual(['v1', '0', first, second])
})

it('keeps nothing in Redis without an expiry, and no head longer than a day, however often it is read and added to', async () => {
  const [before] = await headsOf(alice)
  await post(nexus, bob, 'third')
  await nexus.settle()
  await readHome(nexus, alice)
  const [after] = await headsOf(alice)
  expect(after!.entries).toHaveLength(before!.entries.length + 1)
  expect(after!.livesMs).toBeLessThanOrEqual(before!.livesMs)
  const keys = await keysOf(REDIS_URL, prefix())
  const lives = await withRedis(REDIS_URL, (redis) => Promise.all(keys.map((key) => redis.pTTL(key))))
  for (const ms of lives) {
    expect(ms).toBeGreaterThan(0)
    expect(ms).toBeLessThanOrEqual(DAY_MS)
  }
})

it('builds a feed that a hundred read for the first time at once a single time', async () => {
  await follow(nexus, carol, bob)
  const read = await statementsDuring(async () => {
    const feeds = await Promise.all(Array.from({ length: 100 }, () => readHome(nexus, carol)))
    for (const feed of feeds) expect(feed).toEqual(['third', 'second', 'first'])
  })
  expect(read.filter((name) => name === 'feeds.head-entries')).toHaveLength(1)
  expect(read).not.toContain('feeds.home-feed-truth')
})

it('has another head after a follow, a mute and an unfollow, and none of the old ones is asked', async () => {
  await post(nexus, dan, 'of dan')
  expect(await readHome(nexus, carol)).not.toContain('of dan')
  await follow(nexus, carol, dan)
  expect(await readHome(nexus, carol)).toEqual(['of dan', 'third', 'second', 'first'])
  await mute(nexus, carol, bob)
  expect(await readHome(nexus, carol)).toEqual(['of dan'])
  await unfollow(nexus, carol, dan)
  expect(await readHome(nexus, carol)).toEqual([])
})

it('shows the writer a post and a share at once, while no worker delivers them', async () => {
  const lazy = await startNexus({ roles: ['api'], databaseUrl: nexus.databaseUrl })
  try {
    await nexus.sql(`update jobs set next_try_at = now() + interval '1 hour'`)
    expect(await readHome(nexus, bob)).toEqual(['third', 'second', 'first'])
    const made = await post(nexus, bob, 'at once')
    expect(await readHome(lazy, bob)).toEqual(['at once', 'third', 'second', 'first'])
    await share(nexus, dan, made)
    expect(await readHome(lazy, dan)).toEqual(['at once', 'of dan'])
    expect(await readFeed(lazy, dan)).toEqual([])
  } finally {
    await lazy.close()
  }
})

it('merges what is under way, for whom it concerns, until the last head has it', async () => {
  await nexus.settle()
  const [alone] = await headsOf(alice)
  await nexus.sql(
    'create function hold_jobs() returns trigger language plpgsql as $$ begin new.next_try_at := now() + $i$1 hour$i$; return new; end $$',
  )
  await nexus.sql('create trigger hold_jobs before insert on jobs for each row execute function hold_jobs()')
  try {
    await post(nexus, bob, 'under way')
    await settled(
      () => readHome(nexus, alice),
      (feed) => feed[0] === 'under way',
    )
    expect((await headsOf(alice))[0]?.entries, 'not in the head').toEqual(alone!.entries)
    expect(await readHome(nexus, carol), 'carol muted bob').toEqual([])
  } finally {
    await nexus.sql('drop trigger hold_jobs on jobs')
    await nexus.sql('update jobs set next_try_at = now()')
  }
  await nexus.settle()
  expect((await headsOf(alice))[0]?.entries).toHaveLength(alone!.entries.length + 1)
  expect((await readHome(nexus, alice))[0]).toBe('under way')
})
