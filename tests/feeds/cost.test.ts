import { afterAll, beforeAll, expect, it } from 'vitest'
import { readHome } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { keysOf, withRedis } from '../redis-keys.ts'
import { forgetWrites, statementsDuring } from './statements.ts'

// What reading and delivering cost, as counts: of statements, rows and bytes, never as times.
const REDIS_URL = process.env.REDIS_URL!
const [FOLLOWS, PENDING, APPENDS] = [10_000, 5000, 500]
const BYTES_AN_ENTRY_MAX = 12

let nexus: Nexus
let alice: Person, bob: Person
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
  await nexus.sql(
    `with made as (insert into users (username, email) select 'author' || n, 'author' || n || '@mail.test' from generate_series(1, $1::int) n returning id)
     insert into follows (follower_id, following_id) select $2, id from made`,
    [FOLLOWS - 1, alice.id],
  )
  await nexus.sql(`insert into posts (author_id, content) select id, 'one of ' || id from users where username like 'author%' order by id`)
  await follow(nexus, alice, bob)
})
afterAll(() => nexus.close())

/** Reads once to be warm, and then counts. */
async function statementsOfRead(): Promise<string[]> {
  await forgetWrites(nexus)
  await settled(
    () => statementsDuring(() => readHome(nexus, alice)),
    (read) => !read.some((name) => name.startsWith('feeds.')),
  )
  return statementsDuring(() => readHome(nexus, alice))
}

it('reads the viewer alone for a warm feed, however many they follow', async () => {
  const cold = await statementsDuring(() => readHome(nexus, alice))
  expect(cold.length, 'statements of a first read').toBeLessThanOrEqual(16)
  expect(cold).not.toContain('feeds.home-feed-truth')
  expect(await statementsOfRead()).toEqual(['accounts.viewers-of-sessions'])
})

it('looks at no more than a page while thousands of entries are under way', async () => {
  await nexus.sql(
    `insert into jobs (name, lane, payload, next_try_at)
     select 'feeds.fan-out', 'feeds', jsonb_build_object('entryId', id, 'actorId', author_id), now() + interval '1 day'
     from (select id, author_id from posts order by id desc limit $1) few`,
    [PENDING],
  )
  await nexus.app.warmFeeds!.heads.takePulse()
  expect(nexus.app.warmFeeds!.heads.pulse()?.pendingCount).toBe(PENDING)
  expect(await readHome(nexus, alice)).toHaveLength(100)
  expect(await statementsOfRead()).toEqual(['accounts.viewers-of-sessions'])
  await nexus.sql('delete from jobs')
})

it('takes few statements for many deliveries that are under way together', async () => {
  await nexus.sql(
    `insert into jobs (name, lane, payload, next_try_at)
     select 'feeds.fan-out', 'feeds', jsonb_build_object('entryId', id, 'actorId', author_id), now() + interval '1 day'
     from (select id, author_id from posts order by id desc limit $1) few`,
    [APPENDS],
  )
  const names = await statementsDuring(async () => {
    await nexus.sql('update jobs set next_try_at = now()')
    await nexus.settle()
  })
  expect(names.filter((name) => name === 'feeds.followers-of-authors').length).toBeLessThanOrEqual(APPENDS / 4)
})

it('keeps an entry in twelve bytes after five hundred came to a full head', async () => {
  const { viewer } = { viewer: alice.id.toString(36) }
  const keys = (await keysOf(REDIS_URL, `${new URL(nexus.databaseUrl).pathname.slice(1)}:`)).filter((key) => key.endsWith(`:${viewer}`))
  const [before] = await lengthsOf(keys)
  expect(before!.length).toBeGreaterThan(800)
  const { heads } = nexus.app.warmFeeds!
  const first = await post(nexus, bob, 'the first of many')
  const pulse = await heads.takePulse()
  for (let turn = 1; turn <= APPENDS; turn += 1) await heads.add(pulse!, [alice.id], Number(first) + turn * 4096 * 37)
  const measured = await lengthsOf(keys)
  const full = measured.filter(({ length }) => length > 800)
  for (const { bytes, length } of full) expect(bytes / length).toBeLessThanOrEqual(BYTES_AN_ENTRY_MAX)
  expect(full.length).toBeGreaterThan(0)
})

async function lengthsOf(keys: string[]): Promise<{ length: number; bytes: number }[]> {
  return withRedis(REDIS_URL, (redis) =>
    Promise.all(
      keys.map(async (key) => ({
        length: await redis.lLen(key),
        bytes: Number(await redis.sendCommand(['MEMORY', 'USAGE', key, 'SAMPLES', '0'])),
      })),
    ),
  )
}
