import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { readHome } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { keysOf, withRedis } from '../redis-keys.ts'

const REDIS_URL = process.env.REDIS_URL!
const FOLLOWERS = 21_000

let nexus: Nexus
let alice: Person, bob: Person, erin: Person, zoe: Person
/** The first, one in the middle and the last of bob's followers: each in another chunk. */
let readers: Person[]

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, erin, zoe } = await cast(nexus, 'alice', 'bob', 'erin', 'zoe'))
  readers = [alice, erin, zoe]
  await follow(nexus, alice, bob)
  await addFollowers(1, FOLLOWERS / 2)
  await follow(nexus, erin, bob)
  await addFollowers(FOLLOWERS / 2 + 1, FOLLOWERS)
  await follow(nexus, zoe, bob)
})
afterEach(async () => {
  await nexus.sql('delete from posts')
  await nexus.sql('delete from jobs')
})
afterAll(() => nexus.close())

async function addFollowers(from: number, to: number): Promise<void> {
  await nexus.sql(
    `with made as (insert into users (username, email) select 'fan' || n, 'fan' || n || '@mail.test' from generate_series($1::int, $2) n returning id)
     insert into follows (follower_id, following_id) select id, $3 from made`,
    [from, to, bob.id],
  )
}

/** How many of these people's heads have the entry. */
async function headsWith(entryId: string): Promise<number> {
  const keys = await keysOf(REDIS_URL, `${new URL(nexus.databaseUrl).pathname.slice(1)}:`)
  const ours = keys.filter((key) => readers.some(({ id }) => key.endsWith(`:${id.toString(36)}`)))
  const heads = await withRedis(REDIS_URL, (redis) => Promise.all(ours.map((key) => redis.lRange(key, 1, -1))))
  return heads.filter((ids) => ids.includes(entryId)).length
}

const jobs = () => nexus.sql<{ name: string; lane: string }>('select name, lane from jobs order by id')

it('reaches every head of thousands of followers, chunk by chunk, and then is gone', async () => {
  for (const reader of readers) expect(await readHome(nexus, reader)).toEqual([])
  const one = await post(nexus, bob, 'one')
  await nexus.settle()
  expect(await headsWith(one)).toBe(readers.length)
  expect(await jobs()).toEqual([])
})

it('leaves the chunks of an author with many followers to a lane of their own', async () => {
  await nexus.sql(`create function hold_bulk() returns trigger language plpgsql as $$
    begin if new.lane = 'chunks' then new.next_try_at := now() + interval '1 hour'; end if; return new; end $$`)
  await nexus.sql('create trigger hold_bulk before insert on jobs for each row execute function hold_bulk()')
  try {
    for (const reader of readers) await readHome(nexus, reader)
    const one = await post(nexus, bob, 'one')
    await settled(jobs, (left) => left.length > 0 && left.every(({ lane }) => lane === 'chunks'))
    expect((await jobs()).map(({ name }) => name)).toEqual(['feeds.fan-out-chunk', 'feeds.fan-out-chunk', 'feeds.fan-out-chunk'])
    expect(await headsWith(one)).toBe(0)
    // What is not in a head is merged until its chunk is done.
    for (const reader of readers)
      await settled(
        () => readHome(nexus, reader),
        (feed) => feed.join() === 'one',
      )
  } finally {
    await nexus.sql('drop trigger hold_bulk on jobs')
  }
})

it('keeps the entry of an author with very many followers for readers to merge, for longer than a head lives', async () => {
  for (const reader of readers) await readHome(nexus, reader)
  await nexus.sql('update user_counts set followers = 60000 where user_id = $1', [bob.id])
  const one = await post(nexus, bob, 'one')
  await settled(jobs, (left) => left.map(({ name }) => name).join() === 'feeds.keep')
  const [row] = await nexus.sql<{ hours: number }>(`select extract(epoch from next_try_at - now())::float8 / 3600 as hours from jobs`)
  expect(row!.hours).toBeGreaterThan(24)
  await settled(
    () => readHome(nexus, zoe),
    (feed) => feed.join() === 'one',
  )
  expect(await headsWith(one)).toBe(0)
  await nexus.sql('update user_counts set followers = $2 where user_id = $1', [bob.id, FOLLOWERS + readers.length])
})

it('merges an entry whose delivery failed for good', async () => {
  for (const reader of readers) await readHome(nexus, reader)
  await nexus.sql(`create function fail_jobs() returns trigger language plpgsql as $$ begin new.failed_at := now(); return new; end $$`)
  await nexus.sql('create trigger fail_jobs before insert on jobs for each row execute function fail_jobs()')
  try {
    await post(nexus, bob, 'one')
    for (const reader of readers)
      await settled(
        () => readHome(nexus, reader),
        (feed) => feed.join() === 'one',
      )
  } finally {
    await nexus.sql('drop trigger fail_jobs on jobs')
  }
})

it('is not taken for done by a worker that has no Redis', async () => {
  const lazy = await startNexus({ roles: ['api'], environment: { REDIS_URL: '' } })
  const blind = await startNexus({ roles: ['worker'], environment: { REDIS_URL: '' }, databaseUrl: lazy.databaseUrl })
  try {
    const { dan } = await cast(lazy, 'dan')
    await post(lazy, dan, 'nobody keeps heads')
    await settled(
      () => lazy.sql('select from jobs'),
      (left) => left.length === 0,
    )
    await lazy.sql('update head_epoch set kept_at = now()')
    await post(lazy, dan, 'somebody does')
    const [left] = await settled(
      () => lazy.sql<{ last_error: string | null }>('select last_error from jobs'),
      (rows) => rows.length === 1 && rows[0]?.last_error !== null,
    )
    expect(left!.last_error).toContain('REDIS_URL')
  } finally {
    await blind.close()
    await lazy.close()
  }
})
