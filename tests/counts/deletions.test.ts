import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'
import { expectExactCounts } from './audit-counts.ts'
import { addPeople, addPost, addThread } from './connections.ts'

const DEPTH = 3000

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol', Person>
let first: number
beforeAll(async () => {
  nexus = await startNexus()
  people = await cast(nexus, 'alice', 'bob', 'carol')
  first = await addPeople(nexus, 20)
})
afterEach(() => expectExactCounts(nexus))
afterAll(() => nexus.close())

const counts = async (id: number) =>
  (await nexus.ask('query ($id: ID!) { post(id: $id) { likeCount commentCount shareCount } }', undefined, { id })).post

/** Twenty people like, share and comment a post, and like the first comment. */
async function addPostWithAll(author: number): Promise<{ id: number; top: number }> {
  const id = await addPost(nexus, author)
  const [top] = await addThread(nexus, id, first, 1)
  await nexus.sql('insert into likes (user_id, post_id) select id, $1 from users where id >= $2', [id, first])
  await nexus.sql('insert into shares (user_id, post_id) select id, $1 from users where id >= $2', [id, first])
  await nexus.sql(`insert into comments (post_id, author_id, parent_id, text) select $1, id, $3, 'words' from users where id >= $2`, [
    id,
    first,
    top,
  ])
  await nexus.sql('insert into comment_likes (user_id, comment_id) select id, $1 from users where id >= $2', [top, first])
  return { id, top: top! }
}

it('counts what statements of many rows insert and delete', async () => {
  const { id } = await addPostWithAll(people.alice.id)
  expect(await counts(id)).toEqual({ likeCount: 20, commentCount: 21, shareCount: 20 })
  await expectExactCounts(nexus)
  await nexus.sql('delete from likes where post_id = $1 and user_id % 2 = 0', [id])
  await nexus.sql('delete from comments where post_id = $1 and author_id % 3 = 0 and parent_id is not null', [id])
  await nexus.sql('delete from shares where user_id < $1', [first + 5])
  expect(await counts(id)).toMatchObject({ likeCount: 10, shareCount: 15 })
})

it('counts nothing for a row that was there already, or that was refused', async () => {
  const { id } = await addPostWithAll(people.alice.id)
  await nexus.sql('insert into likes (user_id, post_id) values ($1, $2) on conflict do nothing', [first, id])
  await expect(nexus.sql('insert into likes (user_id, post_id) values ($1, $2)', [first, id])).rejects.toThrow('duplicate')
  await expect(nexus.sql('insert into likes (user_id, post_id) values ($1, 1)', [first])).rejects.toThrow('foreign key')
  expect(await counts(id)).toMatchObject({ likeCount: 20 })
})

it('counts what COPY brings', async () => {
  const id = await addPost(nexus, people.alice.id)
  await copy(
    'likes (user_id, post_id)',
    Array.from({ length: 20 }, (_, index) => [first + index, id]),
  )
  await copy(
    'comments (post_id, author_id, text)',
    Array.from({ length: 7 }, (_, index) => [id, first + index, 'words']),
  )
  await copy(
    'shares (user_id, post_id)',
    Array.from({ length: 5 }, (_, index) => [first + index, id]),
  )
  await copy(
    'posts (author_id, content)',
    Array.from({ length: 9 }, () => [first + 1, 'words']),
  )
  await copy(
    'follows (follower_id, following_id)',
    Array.from({ length: 19 }, (_, index) => [first + index + 1, first]),
  )
  expect(await counts(id)).toEqual({ likeCount: 20, commentCount: 7, shareCount: 5 })
  const { user } = await nexus.ask(`{ user(id: ${first}) { followerCount } }`)
  expect(user.followerCount).toBe(19)
})

async function copy(target: string, rows: unknown[][]): Promise<void> {
  const client = new pg.Client({ connectionString: nexus.databaseUrl })
  await client.connect()
  await pipeline(Readable.from(rows.map((row) => `${row.join('\t')}\n`)), client.query(copyFrom(`copy ${target} from stdin`)))
  await client.end()
}

it('takes everything along with a deleted post, and counts go with it', async () => {
  const { id } = await addPostWithAll(people.alice.id)
  const own = async () => (await nexus.ask(`{ user(id: ${people.alice.id}) { postCount } }`)).user.postCount
  const before = await own()
  await nexus.ask(`mutation { deletePost(id: ${id}) }`, people.alice.token)
  expect(await own()).toBe(before - 1)
  for (const table of ['likes', 'comments', 'shares', 'post_counts'])
    expect(await nexus.sql(`select from ${table} where post_id = $1`, [id])).toEqual([])
})

it('deletes a thread of 3,000 replies, each below the one before, with the comment at its top', async () => {
  const id = await addPost(nexus, people.bob.id)
  const thread = await addThread(nexus, id, people.alice.id, DEPTH)
  const besides = await addThread(nexus, id, people.carol.id, 2)
  expect(await counts(id)).toMatchObject({ commentCount: DEPTH + 2 })
  expect(await nexus.refusal(`mutation { deleteComment(id: ${thread[1]}) }`, people.alice.token)).toBeUndefined()
  await nexus.settle()
  expect(await counts(id)).toMatchObject({ commentCount: 3 })
  const { comment } = await nexus.ask(`{ comment(id: ${thread[0]}) { replyCount } }`)
  expect(comment.replyCount).toBe(0)
  const left = await nexus.sql<{ id: number }>('select id from comments where post_id = $1 order by id', [id])
  expect(left.map((row) => Number(row.id))).toEqual([thread[0], ...besides])
})

it('deletes a post with a thread of 3,000 replies', async () => {
  const id = await addPost(nexus, people.bob.id)
  await addThread(nexus, id, people.alice.id, DEPTH)
  expect(await nexus.refusal(`mutation { deletePost(id: ${id}) }`, people.bob.token)).toBeUndefined()
  await nexus.settle()
  expect(await nexus.sql('select from comments where post_id = $1', [id])).toEqual([])
})

it('deletes a thread of 3,000 replies by plain SQL, cascade by cascade', async () => {
  const id = await addPost(nexus, people.bob.id)
  const [top] = await addThread(nexus, id, people.alice.id, DEPTH)
  await nexus.sql('delete from comments where id = $1', [top])
  expect(await counts(id)).toMatchObject({ commentCount: 0 })
})

it('brings the counts of everybody else along when a user is deleted by plain SQL', async () => {
  const leaver = first + 3
  const { id, top } = await addPostWithAll(people.alice.id)
  const own = await addPostWithAll(leaver)
  await nexus.sql('insert into follows (follower_id, following_id) select $1, id from users where id <> $1 on conflict do nothing', [
    leaver,
  ])
  await nexus.sql('insert into follows (follower_id, following_id) select id, $1 from users where id <> $1 on conflict do nothing', [
    leaver,
  ])
  await expectExactCounts(nexus)
  await nexus.sql('delete from users where id = $1', [leaver])
  expect(await counts(id)).toEqual({ likeCount: 19, commentCount: 20, shareCount: 19 })
  expect((await nexus.ask(`{ comment(id: ${top}) { likeCount replyCount } }`)).comment).toEqual({ likeCount: 19, replyCount: 19 })
  expect(await nexus.sql('select from posts where id = $1', [own.id])).toEqual([])
})
