import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deleteInteractionsOf } from '../../src/domain/interactions/delete-interactions-of.ts'
import { Unavailable } from '../../src/platform/unavailable.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { expectExactCounts } from './audit-counts.ts'
import { addPeople, addPost, addThread, onConnections } from './connections.ts'

const LIKERS = 64
const STORMERS = 24
const ROUNDS = 25

let nexus: Nexus
let first: number
let people: Record<'alice' | 'bob' | 'carol' | 'dan', Person>
beforeAll(async () => {
  // Few connections of its own, so that the many of these tests fit beside those of other files.
  nexus = await startNexus({ roles: ['api'], environment: { DATABASE_READERS: '1', DATABASE_WRITERS: '6', RATE_LIMIT_WRITES: '100000' } })
  people = await cast(nexus, 'alice', 'bob', 'carol', 'dan')
  first = await addPeople(nexus, LIKERS)
})
afterAll(() => nexus.close())

const LIKE = 'insert into likes (user_id, post_id) values ($1, $2) on conflict do nothing'
const UNLIKE = 'delete from likes where user_id = $1 and post_id = $2'

it('counts 64 likes by 64 connections at once as 64', async () => {
  const id = await addPost(nexus, people.alice.id)
  expect(await onConnections(nexus, LIKERS, (client, index) => client.query(LIKE, [first + index, id]))).toEqual([])
  const { post: seen } = await nexus.ask('query ($id: ID!) { post(id: $id) { likeCount } }', undefined, { id })
  expect(seen.likeCount).toBe(LIKERS)
  await expectExactCounts(nexus)
})

it('keeps exact counts in transactions that hold their locks for a while, and forgets what is rolled back', async () => {
  const id = await addPost(nexus, people.alice.id)
  const failed = await onConnections(nexus, STORMERS, async (client, index) => {
    await client.query('begin')
    await client.query(LIKE, [first + index, id])
    await client.query('select pg_sleep(0.05)')
    await client.query(index % 3 === 0 ? 'rollback' : 'commit')
  })
  expect(failed).toEqual([])
  const { post: seen } = await nexus.ask('query ($id: ID!) { post(id: $id) { likeCount } }', undefined, { id })
  expect(seen.likeCount).toBe(Math.ceil((STORMERS * 2) / 3))
  await expectExactCounts(nexus)
})

it('is exact after a storm of likes and unlikes, shares, comments and replies, by SQL', async () => {
  const posts = [await addPost(nexus, people.alice.id), await addPost(nexus, people.bob.id)]
  const tops = await Promise.all(posts.map(async (id) => (await addThread(nexus, id, people.carol.id, 1))[0]!))
  const failed = await onConnections(nexus, STORMERS, async (client, index) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [user, which] = [first + index, (index + round) % 2]
      const [id, top] = [posts[which], tops[which]]
      await client.query(round % 3 === 2 ? UNLIKE : LIKE, [user, id])
      if (round % 4 === 0) await client.query('insert into shares (user_id, post_id) values ($1, $2) on conflict do nothing', [user, id])
      if (round % 4 === 2) await client.query('delete from shares where user_id = $1', [user])
      if (round % 5 === 0)
        await client.query(`insert into comments (post_id, author_id, parent_id, text) values ($1, $2, $3, 'words')`, [id, user, top])
      if (round % 5 === 3) await client.query('delete from comments where author_id = $1', [user])
      const likeComment = 'insert into comment_likes (user_id, comment_id) values ($1, $2) on conflict do nothing'
      await client.query(round % 2 ? 'delete from comment_likes where user_id = $1 and comment_id = $2' : likeComment, [user, top])
    }
  })
  expect(failed).toEqual([])
  await expectExactCounts(nexus)
})

it('meets no deadlock when people follow and unfollow one another both ways at once, by SQL', async () => {
  const failed = await onConnections(nexus, STORMERS, async (client, index) => {
    const pair = [first + (index % 4), first + 4 + (index % 3)]
    const [one, other] = index % 2 ? pair : pair.reverse()
    for (let round = 0; round < ROUNDS; round += 1) {
      const sql =
        round % 2
          ? 'delete from follows where follower_id = $1 and following_id = $2'
          : 'insert into follows (follower_id, following_id) values ($1, $2) on conflict do nothing'
      await client.query(sql, [one, other])
    }
  })
  expect(failed).toEqual([])
  await expectExactCounts(nexus)
})

it('meets no deadlock when both directions of many pairs change in one statement each, in any order', async () => {
  await nexus.sql('delete from follows')
  const failed = await onConnections(nexus, STORMERS, async (client, index) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      // What another connection inserts at the same moment is waited for by the unique index, so each has followers of its own.
      const follower = first + index
      await client.query(
        `insert into follows (follower_id, following_id) select $1::int, id from users where id between $2 and $3 and id <> $1 order by random()`,
        [follower, first, first + LIKERS - 1],
      )
      await client.query('delete from follows where follower_id = $1', [follower])
    }
  })
  expect(failed).toEqual([])
  await expectExactCounts(nexus)
})

it('meets no deadlock in transactions that like the same posts in opposite orders', async () => {
  const posts = await Promise.all(Array.from({ length: 5 }, () => addPost(nexus, people.alice.id)))
  const failed = await onConnections(nexus, STORMERS, async (client, index) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await client.query('begin')
      for (const id of index % 2 ? posts : posts.toReversed()) await client.query(round % 2 ? UNLIKE : LIKE, [first + index, id])
      await client.query('commit')
    }
  })
  expect(failed).toEqual([])
  await expectExactCounts(nexus)
})

it('answers every request of a storm in both directions through the API, and counts exactly', async () => {
  const { alice, bob, carol, dan } = people
  const shared = await post(nexus, alice, 'words')
  const everybody = [alice, bob, carol, dan]
  const codes = await Promise.all(
    Array.from({ length: 320 }, async (_, index) => {
      const [one, other] = [everybody[index % 4]!, everybody[(index + 1 + (index % 3)) % 4]!]
      const verb = ['follow', 'unfollow', 'follow', 'block', 'unblock'][index % 5]
      const ask =
        index % 2
          ? `${verb}User(userId: ${other.id}) { user { id } }`
          : `${index % 4 ? 'like' : 'unlike'}Post(postId: ${shared}) { post { id } }`
      return nexus.refusal(`mutation { ${ask} }`, one.token)
    }),
  )
  // Across a block a follow is FORBIDDEN, and the post is not there.
  expect(new Set(codes).difference(new Set([undefined, 'FORBIDDEN', 'NOT_FOUND']))).toEqual(new Set())
  const across = await nexus.sql(
    `select from follows f join blocks b on (b.blocker_id, b.blocked_id) in ((f.follower_id, f.following_id), (f.following_id, f.follower_id))`,
  )
  expect(across, 'no follow stands across a block').toEqual([])
  await expectExactCounts(nexus)
  await nexus.sql('delete from blocks')
})

it('is exact when posts are deleted while people like, unlike and comment them, through the API', async () => {
  const { alice, bob, carol, dan } = people
  const posts = await Promise.all(Array.from({ length: 8 }, () => post(nexus, alice, 'words')))
  const storm = posts.flatMap((id) =>
    [bob, carol, dan].flatMap(({ token }) =>
      ['likePost', 'unlikePost', 'sharePost', 'unsharePost', 'likePost']
        .map((verb) => nexus.refusal(`mutation { ${verb}(postId: ${id}) { post { id } } }`, token))
        .concat(nexus.refusal(`mutation { createComment(postId: ${id}, text: "words") { comment { id } } }`, token)),
    ),
  )
  const deletions = posts.map((id) => nexus.refusal(`mutation { deletePost(id: ${id}) }`, alice.token))
  expect(new Set(await Promise.all(storm)).difference(new Set([undefined, 'NOT_FOUND']))).toEqual(new Set())
  expect(await Promise.all(deletions)).toEqual(posts.map(() => undefined))
  await expectExactCounts(nexus)
})

it('meets no deadlock when bob is unfollowed by alice while he blocks her', async () => {
  const { alice, bob } = people
  await nexus.sql('delete from follows')
  await follow(nexus, alice, bob)
  const client = new pg.Client({ connectionString: nexus.databaseUrl })
  await client.connect()
  await client.query('begin')
  await client.query('select from viewers where user_id = $1 for update', [alice.id])
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  const untilWaiting = (count: number) =>
    settled(
      async () => (await nexus.sql(waiting)).length,
      (waits) => waits >= count,
    )
  const blocked = nexus.refusal(`mutation { blockUser(userId: ${alice.id}) { user { id } } }`, bob.token)
  await untilWaiting(1)
  const unfollowed = nexus.refusal(`mutation { unfollowUser(userId: ${bob.id}) { user { id } } }`, alice.token)
  await untilWaiting(2)
  await client.query('commit')
  await client.end()
  expect(await Promise.all([blocked, unfollowed])).toEqual([undefined, undefined])
  await nexus.sql('delete from blocks')
})

it('has met no deadlock in any of this', async () => {
  // A backend tells its figures when it ends, and those of an open one a second later.
  await expect
    .poll(
      async () =>
        (await nexus.sql<{ deadlocks: number }>('select deadlocks from pg_stat_database where datname = current_database()'))[0]?.deadlocks,
    )
    .toBe(0)
})

it('takes a closed account away while posts that it liked are deleted: what PostgreSQL breaks off is done again', async () => {
  const { alice } = people
  const leaver = first + 1
  const posts = await Promise.all(Array.from({ length: 60 }, () => addPost(nexus, alice.id)))
  await nexus.sql(
    'insert into likes (user_id, post_id) select u.id, p.id from users u, unnest($1::bigint[]) p (id) where u.id between $2 and $2 + 9',
    [posts, leaver],
  )
  const leave = () => deleteInteractionsOf.run({ database: nexus.app.database }, { userId: leaver })
  // As the worker does: what is in use is gone on with later, and the two may wait for each other until a timeout ends it.
  const leaving = settled(
    () => leave().catch((error: Error) => error),
    (error) => !(error instanceof Unavailable),
  )
  const codes = posts.slice(0, 40).map((id) => nexus.refusal(`mutation { deletePost(id: ${id}) }`, alice.token))
  expect(new Set(await Promise.all(codes)).difference(new Set([undefined, 'UNAVAILABLE']))).toEqual(new Set())
  expect(await leaving).toBeUndefined()
  expect(await nexus.sql('select from likes where user_id = $1', [leaver])).toEqual([])
  await expectExactCounts(nexus)
})
