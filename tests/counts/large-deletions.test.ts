import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { deleteInteractionsOf } from '../../src/domain/interactions/delete-interactions-of.ts'
import { deletePostsOf } from '../../src/domain/posts/delete-posts-of.ts'
import { deleteRelationshipsOf } from '../../src/domain/relationships/delete-relationships.ts'
import { NotYet } from '../../src/platform/unavailable.ts'
import { block, comment, deletePost, like, quote, readFeed, readHome, share } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, promote, startNexus } from '../cast.ts'
import { expectExactCounts } from './audit-counts.ts'
import { addPeople, addPost, addThread } from './connections.ts'

const CROWD = 1200

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol' | 'admin', Person>
let first: number
beforeAll(async () => {
  // Without a worker: what is seen before the jobs have run is seen for as long as it takes.
  nexus = await startNexus({ roles: ['api'] })
  people = await cast(nexus, 'alice', 'bob', 'carol', 'admin')
  await promote(nexus, people.admin)
  await follow(nexus, people.bob, people.alice)
  await follow(nexus, people.bob, people.carol)
  first = await addPeople(nexus, CROWD)
})
afterEach(() => expectExactCounts(nexus))
afterAll(() => nexus.close())

/** A worker beside the process under test, until everything is worked off. */
async function letWorkersRun(): Promise<void> {
  const worker = await startNexus({ roles: ['worker'], databaseUrl: nexus.databaseUrl })
  await worker.settle()
  await worker.close()
}

const everybody = () => [undefined, people.alice.token, people.bob.token, people.admin.token]

describe('a post on which thousands of rows hang', () => {
  let id: string, quoting: string, said: string

  beforeAll(async () => {
    const { alice, bob, carol } = people
    id = await post(nexus, alice, 'much loved')
    await share(nexus, carol, id)
    said = await comment(nexus, carol, id, 'well said')
    quoting = await quote(nexus, bob, id, 'as alice says')
    await nexus.sql('insert into likes (user_id, post_id) select id, $1 from users where id >= $2', [id, first])
    await nexus.sql('insert into shares (user_id, post_id) select id, $1 from users where id >= $2', [id, first])
    await nexus.sql(`insert into comments (post_id, author_id, text) select $1, id, 'words' from users where id >= $2`, [id, first])
    await nexus.sql('insert into comment_likes (user_id, comment_id) select id, $1 from users where id >= $2', [said, first])
    await nexus.sql(`insert into posts (author_id, content, quoted_post_id) select id, 'q', $1 from users where id >= $2`, [id, first])
    await expectExactCounts(nexus)
    await deletePost(nexus, alice, id)
  })

  it('is gone for everybody at once, from every list and feed, while its rows are still there', async () => {
    expect((await nexus.sql(`select count(*)::int from likes where post_id = $1`, [id]))[0]).toEqual({ count: CROWD })
    const query = `query ($id: ID!, $said: ID!, $quoting: ID!, $alice: ID) { post(id: $id) { id } comment(id: $said) { id }
      quoting: post(id: $quoting) { quotedPost { id } } user(id: $alice) { postCount posts { edges { cursor } } }
      publicFeed(first: 100) { edges { node { content } } } }`
    for (const token of everybody()) {
      const seen = await nexus.ask(query, token, { id, said, quoting, alice: people.alice.id })
      expect(seen).toMatchObject({ post: null, comment: null, quoting: { quotedPost: null }, user: { postCount: 0, posts: { edges: [] } } })
      expect(JSON.stringify(seen)).not.toContain('much loved')
    }
    expect(await readHome(nexus, people.bob)).toEqual(['as alice says'])
    expect(await readHome(nexus, people.alice)).toEqual([])
    expect(await readFeed(nexus, people.bob)).toEqual([])
  })

  it('can neither be deleted again, nor edited, liked, shared, quoted or commented', async () => {
    const { alice, bob, admin } = people
    const refusals = await Promise.all([
      ...[alice, admin].map(({ token }) => nexus.refusal(`mutation { deletePost(id: ${id}) }`, token)),
      nexus.refusal(`mutation { updatePost(id: ${id}, content: "x") { post { id } } }`, alice.token),
      nexus.refusal(`mutation { likePost(postId: ${id}) { post { id } } }`, bob.token),
      nexus.refusal(`mutation { sharePost(postId: ${id}) { post { id } } }`, bob.token),
      nexus.refusal(`mutation { createPost(content: "q", quotedPostId: ${id}) { post { id } } }`, bob.token),
      nexus.refusal(`mutation { createComment(postId: ${id}, text: "x") { comment { id } } }`, bob.token),
      nexus.refusal(`mutation { createComment(postId: ${id}, text: "x", parentId: ${said}) { comment { id } } }`, bob.token),
    ])
    expect(refusals).toEqual(refusals.map(() => 'NOT_FOUND'))
  })

  it('leaves no row, and its quotes behind, when the jobs have run', async () => {
    await letWorkersRun()
    for (const table of ['likes', 'comments', 'shares', 'post_counts'])
      expect(await nexus.sql(`select from ${table} where post_id = $1`, [id])).toEqual([])
    expect(await nexus.sql('select from posts where id = $1 or quoted_post_id = $1', [id])).toEqual([])
    expect((await nexus.sql(`select count(*)::int from posts where content = 'q'`))[0]).toEqual({ count: CROWD })
    expect(await nexus.sql('select from jobs')).toEqual([])
  })
})

it('forgets the key of a post that is being deleted: the same key does not bring it back, nor publish it anew', async () => {
  const create = `mutation { createPost(content: "once", key: "k") { post { id } } }`
  const { createPost } = await nexus.ask(create, people.alice.token)
  await nexus.sql('insert into likes (user_id, post_id) select id, $1 from users where id >= $2', [createPost.post.id, first])
  await deletePost(nexus, people.alice, createPost.post.id)
  expect(await nexus.refusal(create, people.alice.token)).toBe('NOT_FOUND')
  await letWorkersRun()
  expect(await nexus.refusal(create, people.alice.token)).toBe('NOT_FOUND')
})

describe('a comment with thousands of replies, wide and deep', () => {
  let top: number, onTop: string, below: number[]

  beforeAll(async () => {
    const { alice, bob, carol } = people
    const id = await addPost(nexus, bob.id)
    top = (await addThread(nexus, id, carol.id, 1))[0]!
    onTop = await comment(nexus, bob, String(id), 'stays')
    below = await addThread(nexus, id, alice.id, CROWD)
    await nexus.sql('update comments set parent_id = $1 where id = $2', [top, below[0]])
    await nexus.sql('update comment_counts set replies = replies + 1 where comment_id = $1', [top])
    await nexus.sql(
      `insert into comments (post_id, author_id, parent_id, text) select $1, id, parent, 'words' from users, unnest($3::bigint[]) parent where id >= $2`,
      [id, first, [top, below[700]]],
    )
    await nexus.sql('insert into comment_likes (user_id, comment_id) select id, $1 from users where id >= $2', [below[3], first])
    await expectExactCounts(nexus)
    await nexus.ask(`mutation { deleteComment(id: ${top}) }`, carol.token)
  })

  it('is gone at once for everybody, and so is every reply below it, by its id too', async () => {
    expect((await nexus.sql('select count(*)::int from comments where id = any($1)', [below]))[0]).toEqual({ count: CROWD })
    const query = `query ($top: ID!, $low: ID!, $lowest: ID!, $onTop: ID!) { top: comment(id: $top) { id } low: comment(id: $low) { id }
      lowest: comment(id: $lowest) { id } onTop: comment(id: $onTop) { text post { comments { edges { node { text } } } } } }`
    for (const token of everybody()) {
      expect(await nexus.ask(query, token, { top, low: below[0], lowest: below.at(-1), onTop })).toEqual({
        ...{ top: null, low: null, lowest: null },
        onTop: { text: 'stays', post: { comments: { edges: [{ node: { text: 'stays' } }] } } },
      })
    }
    for (const mutation of [
      `deleteComment(id: ${top})`,
      `deleteComment(id: ${below[0]})`,
      `likeComment(commentId: ${below[0]}) { comment { id } }`,
    ])
      expect(await nexus.refusal(`mutation { ${mutation} }`, people.alice.token)).toBe('NOT_FOUND')
  })

  it('leaves no row when the job has run, and the counts of its post are right', async () => {
    await letWorkersRun()
    expect(await nexus.sql('select from comments where id = $1 or id = any($2)', [top, below])).toEqual([])
    const { comment: left } = await nexus.ask(`{ comment(id: ${onTop}) { post { commentCount } } }`)
    expect(left.post.commentCount).toBe(1)
    expect(await nexus.sql('select from jobs')).toEqual([])
  })
})

it('works a closed account off completely when every job of it is run twice at once', async () => {
  const leaver = (await cast(nexus, 'leaver')).leaver
  const own = await Promise.all(Array.from({ length: 60 }, () => addPost(nexus, leaver.id)))
  await nexus.sql('insert into likes (user_id, post_id) select id, $1 from users where id >= $2 and id <> $3', [own[0], first, leaver.id])
  await block(nexus, leaver, people.bob)
  await nexus.sql('insert into mutes (muter_id, muted_id) select id, $1 from users where id >= $2 and id <> $1', [leaver.id, first])
  await nexus.sql('insert into blocks (blocker_id, blocked_id) select id, $1 from users where id >= $2 and id <> $1', [leaver.id, first])
  await nexus.sql('insert into follows (follower_id, following_id) select id, $1 from users where id >= $2 and id <> $1', [
    leaver.id,
    first,
  ])
  const others = await addPost(nexus, people.alice.id)
  await like(nexus, leaver, String(others))
  await addThread(nexus, others, leaver.id, CROWD)
  const jobs = [deletePostsOf, deleteInteractionsOf, deleteRelationshipsOf]
  const runs = jobs
    .flatMap((job) => [job, job, job])
    .map((job) => runToTheEnd(() => job.run({ database: nexus.app.database }, { userId: leaver.id })))
  await Promise.all(runs)
  for (const column of [
    'posts.author_id',
    'comments.author_id',
    'likes.user_id',
    'follows.following_id',
    'blocks.blocked_id',
    'mutes.muted_id',
  ]) {
    const [table, name] = column.split('.')
    expect(await nexus.sql(`select from ${table} where ${name} = $1`, [leaver.id]), column).toEqual([])
  }
  expect(await nexus.sql(`select name from jobs where payload ->> 'postId' = $1::text order by name`, [own[0]])).toEqual(
    expect.arrayContaining([{ name: 'interactions.delete-on-post' }, { name: 'posts.delete-set-aside' }]),
  )
})

it('is not done with a closed account while somebody else holds a row of it, and goes on later', async () => {
  const { holder: leaver } = await cast(nexus, 'holder')
  const [posted, others] = [await addPost(nexus, leaver.id), await addPost(nexus, people.alice.id)]
  await addThread(nexus, others, leaver.id, 3)
  await follow(nexus, people.bob, leaver)
  const client = new pg.Client({ connectionString: nexus.databaseUrl })
  await client.connect()
  for (const [table, column, job] of [
    ['posts', 'author_id', deletePostsOf],
    ['comments', 'author_id', deleteInteractionsOf],
    ['follows', 'following_id', deleteRelationshipsOf],
  ] as const) {
    const run = () => job.run({ database: nexus.app.database }, { userId: leaver.id })
    await client.query('begin')
    await client.query(`select from ${table} where ${column} = $1 for update`, [leaver.id])
    await expect(run(), table).rejects.toThrow(NotYet)
    await client.query('rollback')
    await run()
    expect(await nexus.sql(`select from ${table} where ${column} = $1`, [leaver.id])).toEqual([])
  }
  await client.end()
  expect(await nexus.sql('select from posts where id = $1', [posted])).toEqual([])
})

/** As workers do: what is not yet done goes on later. */
async function runToTheEnd(run: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof NotYet)) throw error
    }
  }
}
