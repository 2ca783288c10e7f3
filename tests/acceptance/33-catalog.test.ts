import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { comment } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person
let postId: string, commentId: string

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
  postId = await post(nexus, alice, 'hello')
  commentId = await comment(nexus, bob, postId, 'hi')
})
afterAll(() => nexus.close())

describe('the catalog', () => {
  it.each([
    ['users', ['id', 'username', 'email', 'password', 'bio', 'profile_picture']],
    ['posts', ['id', 'author_id', 'content', 'media_url', 'created_at']],
    ['follows', ['follower_id', 'following_id']],
    ['comments', ['id', 'post_id', 'author_id', 'text', 'created_at']],
    ['likes', ['user_id', 'post_id', 'created_at']],
    ['shares', ['user_id', 'post_id', 'created_at']],
  ])("has the ERD's table %s with its columns and a primary key", async (table, columns) => {
    const rows = await nexus.sql<{ name: string }>('select column_name as name from information_schema.columns where table_name = $1', [
      table,
    ])
    expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining(columns))
    expect(await nexus.sql(`select 1 as key from pg_constraint where conrelid = $1::regclass and contype = 'p'`, [table])).toEqual([
      { key: 1 },
    ])
  })

  it("has the ERD's foreign keys", async () => {
    const rows = await nexus.sql<{ key: string }>(
      `select conrelid::regclass || '.' || attname || ' -> ' || confrelid::regclass as key from pg_constraint
       join pg_attribute on attrelid = conrelid and attnum = conkey[1] where contype = 'f'`,
    )
    expect(rows.map((row) => row.key)).toEqual(
      expect.arrayContaining([
        ...['posts.author_id -> users', 'follows.follower_id -> users', 'follows.following_id -> users'],
        ...['comments.post_id -> posts', 'comments.author_id -> users', 'comments.parent_id -> comments'],
        ...['likes.user_id -> users', 'likes.post_id -> posts', 'shares.user_id -> users', 'shares.post_id -> posts'],
      ]),
    )
  })

  it('has for every foreign key an index that begins with it', async () => {
    const bare = await nexus.sql(
      `select conrelid::regclass::text as "table", conname from pg_constraint c where contype = 'f' and not exists (
         select 1 from pg_index i where i.indrelid = c.conrelid and (i.indkey::int2[])[0] = c.conkey[1])`,
    )
    expect(bare).toEqual([])
  })

  it('gives what is written the instant that its id says, exact in JavaScript', async () => {
    const [row] = await nexus.sql<{ id: number; at: Date; said: Date }>(
      'select id, created_at as at, id_instant(id) as said from posts where id = $1',
      [postId],
    )
    expect(Number.isSafeInteger(row!.id)).toBe(true)
    expect(row!.at).toEqual(row!.said)
  })
})

describe('the database itself refuses, by raw SQL,', () => {
  const refusal = async (text: string, values: unknown[] = []) =>
    nexus.sql(text, values).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    )
  const [UNIQUE, CHECK, FOREIGN, NOT_NULL, GENERATED, TOO_EARLY] = ['23505', '23514', '23503', '23502', '428C9', '22008']

  it('a double follow, like, share, block, mute and like of a comment', async () => {
    for (const [text, ...values] of [
      ['insert into follows (follower_id, following_id) values ($1, $2)', alice.id, bob.id],
      ['insert into likes (user_id, post_id) values ($1, $2)', alice.id, postId],
      ['insert into shares (user_id, post_id) values ($1, $2)', alice.id, postId],
      ['insert into blocks (blocker_id, blocked_id) values ($1, $2)', alice.id, bob.id],
      ['insert into mutes (muter_id, muted_id) values ($1, $2)', alice.id, bob.id],
      ['insert into comment_likes (user_id, comment_id) values ($1, $2)', alice.id, commentId],
    ] as [string, ...unknown[]][]) {
      expect([text, await refusal(text, values), await refusal(text, values)]).toEqual([text, 'accepted', UNIQUE])
    }
  })

  it('to follow, block or mute oneself', async () => {
    for (const columns of ['follows (follower_id, following_id)', 'blocks (blocker_id, blocked_id)', 'mutes (muter_id, muted_id)']) {
      expect(await refusal(`insert into ${columns} values ($1, $1)`, [alice.id])).toBe(CHECK)
    }
  })

  it('an orphan of any kind', async () => {
    expect(await refusal(`insert into comments (post_id, author_id, text) values (1, $1, 'x')`, [alice.id])).toBe(FOREIGN)
    expect(await refusal(`insert into comments (post_id, author_id, text) values ($1, 999999, 'x')`, [postId])).toBe(FOREIGN)
    expect(await refusal(`insert into posts (author_id, content) values (999999, 'x')`)).toBe(FOREIGN)
    expect(await refusal('insert into likes (user_id, post_id) values ($1, 1)', [alice.id])).toBe(FOREIGN)
    expect(await refusal('insert into follows (follower_id, following_id) values ($1, 999999)', [alice.id])).toBe(FOREIGN)
    expect(await refusal('update posts set quoted_post_id = 1 where id = $1', [postId])).toBe(FOREIGN)
  })

  it('a reply below a comment of another post', async () => {
    const another = await post(nexus, alice, 'another')
    expect(
      await refusal(`insert into comments (post_id, author_id, parent_id, text) values ($1, $2, $3, 'x')`, [another, alice.id, commentId]),
    ).toBe(FOREIGN)
  })

  it('null and nothing where words must be, and words that are too long', async () => {
    expect(await refusal('insert into posts (author_id, content) values ($1, null)', [alice.id])).toBe(NOT_NULL)
    expect(await refusal(`insert into posts (author_id, content) values ($1, '')`, [alice.id])).toBe(CHECK)
    expect(await refusal('insert into posts (author_id, content) values (null, $1)', ['x'])).toBe(NOT_NULL)
    expect(await refusal('insert into posts (author_id, content) values ($1, $2)', [alice.id, 'x'.repeat(5001)])).toBe(CHECK)
    expect(await refusal('insert into comments (post_id, author_id, text) values ($1, $2, null)', [postId, alice.id])).toBe(NOT_NULL)
    expect(await refusal(`insert into comments (post_id, author_id, text) values ($1, $2, '')`, [postId, alice.id])).toBe(CHECK)
    expect(await refusal('insert into comments (post_id, author_id, text) values ($1, $2, $3)', [postId, alice.id, 'x'.repeat(2001)])).toBe(
      CHECK,
    )
    expect(await refusal('insert into shares (user_id, post_id, message) values ($1, $2, $3)', [bob.id, postId, 'x'.repeat(501)])).toBe(
      CHECK,
    )
    expect(await refusal('update users set username = null where id = $1', [alice.id])).toBe(NOT_NULL)
    expect(await refusal('update users set bio = $2 where id = $1', [alice.id, 'x'.repeat(501)])).toBe(CHECK)
  })

  it('a name or an address that another has in other case, and a password that is no argon2id hash', async () => {
    expect(await refusal(`insert into users (username, email) values ('ALICE', 'new@mail.test')`)).toBe(UNIQUE)
    expect(await refusal(`insert into users (username, email) values ('new_one', 'ALICE@mail.test')`)).toBe(UNIQUE)
    expect(await refusal(`insert into users (username, email) values ('a b', 'new@mail.test')`)).toBe(CHECK)
    expect(await refusal(`update users set password = '12345' where id = $1`, [alice.id])).toBe(CHECK)
  })

  it('another time than the id says, an id of another kind, and an instant that is not yet or before 2000', async () => {
    expect(await refusal('update posts set created_at = now() where id = $1', [postId])).toBe(GENERATED)
    expect(await refusal(`insert into posts (id, author_id, content) values (new_id(3), $1, 'x')`, [alice.id])).toBe(CHECK)
    expect(await refusal(`select new_ids(1, array['1999-12-31T23:59:59Z'::timestamptz])`)).toBe(TOO_EARLY)
    expect(await refusal(`select new_ids(1, array[now() + interval '1 minute'])`)).toBe(TOO_EARLY)
  })
})

it('counts what raw SQL writes and deletes, cascades among it', async () => {
  const { carol, dan } = await cast(nexus, 'carol', 'dan')
  const id = await post(nexus, carol, 'counted')
  await nexus.sql('insert into likes (user_id, post_id) select id, $1 from users', [id])
  await nexus.sql('insert into shares (user_id, post_id) select id, $1 from users', [id])
  await nexus.sql(`insert into comments (post_id, author_id, text) select $1, id, 'x' from users cross join generate_series(1, 2)`, [id])
  await nexus.sql('insert into follows (follower_id, following_id) select id, $1 from users where id <> $1', [carol.id])
  const read = async () => {
    const query =
      'query ($id: ID!, $carol: ID) { post(id: $id) { likeCount shareCount commentCount } user(id: $carol) { postCount followerCount followingCount } }'
    const { post: counted, user } = await nexus.ask(query, undefined, { id, carol: carol.id })
    return [counted && Object.values(counted), Object.values(user)]
  }
  expect(await read()).toEqual([
    [4, 4, 8],
    [1, 3, 0],
  ])
  await nexus.sql('delete from users where id = $1', [dan.id])
  expect(await read()).toEqual([
    [3, 3, 6],
    [1, 2, 0],
  ])
  await nexus.sql('delete from likes where post_id = $1', [id])
  expect(await read()).toEqual([
    [0, 3, 6],
    [1, 2, 0],
  ])
  await nexus.sql('delete from posts where id = $1', [id])
  expect(await read()).toEqual([null, [0, 2, 0]])
})
