import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { comment, like, readPages, refusedFor } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person
let postId: string

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol } = await cast(nexus, 'alice', 'bob', 'carol'))
  await follow(nexus, alice, bob)
})
beforeEach(async () => {
  await nexus.sql('delete from posts')
  postId = await post(nexus, bob, 'talk here')
})
afterAll(() => nexus.close())

interface Thread {
  text: string
  replyCount: number
  replies?: { edges: { node: Thread }[] }
}

async function readThreads(): Promise<{ commentCount: number; threads: unknown[] }> {
  const query = `query ($id: ID!) { post(id: $id) { commentCount comments(first: 5) { edges { node { text replyCount
    replies { edges { node { text replyCount replies(first: 5) { edges { node { text replyCount } } } } } } } } } } }`
  const found = (await nexus.ask(query, carol.token, { id: postId })).post
  const plain = (thread: Thread): unknown[] => [
    thread.text,
    thread.replyCount,
    ...(thread.replies?.edges ?? []).map((edge) => plain(edge.node)),
  ]
  return { commentCount: found.commentCount, threads: found.comments.edges.map((edge: { node: Thread }) => plain(edge.node)) }
}

async function countsInFeed(): Promise<unknown> {
  const { feed, homeFeed } = await nexus.ask(
    '{ feed { likeCount commentCount viewerHasLiked } homeFeed { edges { node { likeCount commentCount viewerHasLiked } } } }',
    alice.token,
  )
  expect(homeFeed.edges[0].node).toEqual(feed[0])
  return feed[0]
}

describe('likes and comments, read through the feed', () => {
  it('are counted in the very next read of everybody', async () => {
    expect(await countsInFeed()).toEqual({ likeCount: 0, commentCount: 0, viewerHasLiked: false })
    await like(nexus, carol, postId)
    expect(await countsInFeed()).toEqual({ likeCount: 1, commentCount: 0, viewerHasLiked: false })
    await like(nexus, alice, postId)
    const top = await comment(nexus, carol, postId, 'one')
    await comment(nexus, alice, postId, 'a reply is a comment too', top)
    expect(await countsInFeed()).toEqual({ likeCount: 2, commentCount: 2, viewerHasLiked: true })
    await nexus.ask('mutation ($id: ID!) { unlikePost(postId: $id) { post { id } } }', alice.token, { id: postId })
    expect(await countsInFeed()).toEqual({ likeCount: 1, commentCount: 2, viewerHasLiked: false })
  })

  it('are in the answer of the mutation itself', async () => {
    const { likePost } = await nexus.ask(
      'mutation ($id: ID!) { likePost(postId: $id) { post { likeCount viewerHasLiked } } }',
      alice.token,
      { id: postId },
    )
    expect(likePost.post).toEqual({ likeCount: 1, viewerHasLiked: true })
    const query =
      'mutation ($id: ID!) { createComment(postId: $id, text: "x") { comment { text post { commentCount } author { username } replyCount likeCount viewerHasLiked parent { id } editedAt } } }'
    expect((await nexus.ask(query, alice.token, { id: postId })).createComment.comment).toEqual({
      ...{
        text: 'x',
        post: { commentCount: 1 },
        author: { username: 'alice' },
        replyCount: 0,
        likeCount: 0,
        viewerHasLiked: false,
        parent: null,
        editedAt: null,
      },
    })
  })
})

describe('threads', () => {
  it('stand in the order in which they were written, replies below, and the counts agree', async () => {
    const one = await comment(nexus, alice, postId, 'one')
    const two = await comment(nexus, carol, postId, 'two')
    const one_one = await comment(nexus, bob, postId, 'one.one', one)
    await comment(nexus, bob, postId, 'two.one', two)
    await comment(nexus, alice, postId, 'one.two', one)
    await comment(nexus, alice, postId, 'one.one.one', one_one)
    await comment(nexus, carol, postId, 'three')
    expect(await readThreads()).toEqual({
      commentCount: 7,
      threads: [
        ['one', 2, ['one.one', 1, ['one.one.one', 0]], ['one.two', 0]],
        ['two', 1, ['two.one', 0]],
        ['three', 0],
      ],
    })
    const query = 'query ($id: ID!) { comment(id: $id) { text parent { text parent { id } } post { id } author { username } } }'
    expect(await nexus.ask(query, undefined, { id: one_one })).toEqual({
      comment: { text: 'one.one', parent: { text: 'one', parent: null }, post: { id: postId }, author: { username: 'bob' } },
    })
  })

  it('have one that was brought in with an earlier time in its place, page by page', async () => {
    for (const text of ['one', 'two', 'three']) await comment(nexus, alice, postId, text)
    await nexus.sql(
      `insert into comments (id, post_id, author_id, text) select (new_ids(3, array[now() - interval '1 hour']))[1], $1, $2, 'an hour ago'`,
      [postId, bob.id],
    )
    const query =
      'query ($id: ID!, $after: String) { post(id: $id) { comments(first: 1, after: $after) { edges { node { text } } pageInfo { hasNextPage endCursor } } } }'
    const pages = await readPages(async (after) => (await nexus.ask(query, carol.token, { id: postId, after })).post.comments)
    expect(pages.flatMap((page) => page.edges.map((edge) => edge.node.text))).toEqual(['an hour ago', 'one', 'two', 'three'])
  })

  it('lose a deleted comment and all below it, once, and the counts follow', async () => {
    const one = await comment(nexus, alice, postId, 'one')
    const one_one = await comment(nexus, bob, postId, 'one.one', one)
    const deep = await comment(nexus, carol, postId, 'one.one.one', one_one)
    await comment(nexus, bob, postId, 'two')
    expect(await nexus.ask('mutation ($id: ID!) { deleteComment(id: $id) }', bob.token, { id: one_one })).toEqual({ deleteComment: true })
    expect(await readThreads()).toEqual({
      commentCount: 2,
      threads: [
        ['one', 0],
        ['two', 0],
      ],
    })
    for (const id of [one_one, deep]) {
      expect(await nexus.ask('query ($id: ID!) { comment(id: $id) { id } }', carol.token, { id })).toEqual({ comment: null })
      expect(await refusedFor(nexus, 'mutation ($id: ID!) { deleteComment(id: $id) }', carol.token, { id })).toBe('NOT_FOUND')
    }
    expect(await countsInFeed()).toMatchObject({ commentCount: 2 })
    expect(await nexus.sql('select count(*)::int as n from comment_counts where comment_id = any($1)', [[one_one, deep]])).toEqual([
      { n: 0 },
    ])
  })

  it('may be two hundred replies deep, and go in one', async () => {
    const top = await comment(nexus, alice, postId, 'top')
    let parent = top
    for (let depth = 0; depth < 200; depth += 1) {
      const [row] = await nexus.sql<{ id: string }>(
        'insert into comments (post_id, author_id, parent_id, text) values ($1, $2, $3, $4) returning id',
        [postId, bob.id, parent, `${depth}`],
      )
      parent = String(row!.id)
    }
    expect((await readThreads()).commentCount).toBe(201)
    await nexus.ask('mutation ($id: ID!) { deleteComment(id: $id) }', alice.token, { id: top })
    expect(await readThreads()).toEqual({ commentCount: 0, threads: [] })
  })

  it('keep a comment its place and its createdAt when it is edited, and know the same words for no edit', async () => {
    const id = await comment(nexus, alice, postId, 'old')
    await comment(nexus, bob, postId, 'later')
    const EDIT = 'mutation ($id: ID!, $text: String!) { updateComment(id: $id, text: $text) { comment { id text createdAt editedAt } } }'
    const { comment: before } = await nexus.ask('query ($id: ID!) { comment(id: $id) { createdAt editedAt } }', undefined, { id })
    expect((await nexus.ask(EDIT, alice.token, { id, text: 'old' })).updateComment.comment).toEqual({ id, text: 'old', ...before })
    expect(before.editedAt).toBeNull()
    const { updateComment } = await nexus.ask(EDIT, alice.token, { id, text: 'new' })
    expect(updateComment.comment).toEqual({ id, text: 'new', createdAt: before.createdAt, editedAt: expect.stringMatching(/Z$/) })
    const { updateComment: again } = await nexus.ask(EDIT, alice.token, { id, text: 'new' })
    expect(again.comment.editedAt).toBe(updateComment.comment.editedAt)
    expect((await readThreads()).threads).toEqual([
      ['new', 0],
      ['later', 0],
    ])
    expect(await refusedFor(nexus, EDIT, alice.token, { id, text: '' })).toBe('BAD_USER_INPUT text')
    expect(await refusedFor(nexus, EDIT, alice.token, { id, text: 'x'.repeat(2001) })).toBe('BAD_USER_INPUT text')
  })

  it('take a reply only below a comment of the same post that is there', async () => {
    const elsewhere = await comment(nexus, alice, await post(nexus, bob, 'another'), 'elsewhere')
    const REPLY = 'mutation ($id: ID!, $parent: ID) { createComment(postId: $id, text: "x", parentId: $parent) { comment { id } } }'
    expect(await refusedFor(nexus, REPLY, alice.token, { id: postId, parent: elsewhere })).toBe('BAD_USER_INPUT parentId')
    for (const parent of ['1', 'x', '', postId])
      expect(await refusedFor(nexus, REPLY, alice.token, { id: postId, parent })).toBe('NOT_FOUND')
    expect(await refusedFor(nexus, REPLY, alice.token, { id: postId, parent: null })).toBeUndefined()
    expect(await refusedFor(nexus, REPLY, alice.token, { id: '1', parent: null })).toBe('NOT_FOUND')
    expect((await readThreads()).commentCount).toBe(1)
  })

  it('count exactly when twenty reply and delete at once', async () => {
    const top = await comment(nexus, alice, postId, 'top')
    const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => comment(nexus, [alice, bob, carol][i % 3]!, postId, `${i}`, top)))
    expect(await readThreads()).toMatchObject({
      commentCount: 21,
      threads: [['top', 20, ...Array.from({ length: 20 }, () => expect.anything())]],
    })
    await Promise.all(
      ids
        .slice(0, 10)
        .map((id, i) => nexus.ask('mutation ($id: ID!) { deleteComment(id: $id) }', [alice, bob, carol][i % 3]!.token, { id })),
    )
    const { commentCount, threads } = await readThreads()
    expect([commentCount, (threads[0] as unknown[])[1]]).toEqual([11, 10])
  })
})

describe('likes of comments', () => {
  it('are one a person, done and undone as often as they like', async () => {
    const id = await comment(nexus, bob, postId, 'like me')
    const LIKE = (verb: string) => `mutation ($id: ID!) { did: ${verb}(commentId: $id) { comment { likeCount viewerHasLiked } } }`
    for (let i = 0; i < 2; i += 1) {
      expect(await nexus.ask(LIKE('likeComment'), alice.token, { id })).toEqual({
        did: { comment: { likeCount: 1, viewerHasLiked: true } },
      })
    }
    expect(await nexus.ask(LIKE('likeComment'), bob.token, { id })).toEqual({ did: { comment: { likeCount: 2, viewerHasLiked: true } } })
    expect(await nexus.ask('query ($id: ID!) { comment(id: $id) { likeCount viewerHasLiked } }', carol.token, { id })).toEqual({
      comment: { likeCount: 2, viewerHasLiked: false },
    })
    for (let i = 0; i < 2; i += 1) {
      expect(await nexus.ask(LIKE('unlikeComment'), alice.token, { id })).toEqual({
        did: { comment: { likeCount: 1, viewerHasLiked: false } },
      })
    }
    await Promise.all(Array.from({ length: 30 }, () => nexus.ask(LIKE('likeComment'), carol.token, { id })))
    expect(
      await nexus.sql(
        'select sum(likes)::int as counted, (select count(*)::int from comment_likes where comment_id = $1) as rows from comment_counts where comment_id = $1',
        [id],
      ),
    ).toEqual([{ counted: 2, rows: 2 }])
    for (const verb of ['likeComment', 'unlikeComment'])
      expect(await refusedFor(nexus, LIKE(verb), alice.token, { id: '1' })).toBe('NOT_FOUND')
  })
})
