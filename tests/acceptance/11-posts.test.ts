import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { comment, deletePost, like, quote, readFeed, readHome, readPages, refusedFor, share } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol } = await cast(nexus, 'alice', 'bob', 'carol'))
  await follow(nexus, bob, alice)
})
afterAll(() => nexus.close())

const FIELDS = `id content mediaUrl visibility createdAt editedAt author { id username } quotedPost { id } likeCount commentCount shareCount viewerHasLiked viewerHasShared
  comments { edges { node { text author { username } replyCount } } }`

describe('a post', () => {
  it('is the same post wherever it is asked for, with its author, comments, counts and flags', async () => {
    const quoted = await post(nexus, carol, 'quoted')
    const id = await quote(nexus, alice, quoted, 'quoting')
    const top = await comment(nexus, carol, id, 'first')
    await comment(nexus, bob, id, 'reply', top)
    await like(nexus, bob, id)
    await like(nexus, carol, id)
    await share(nexus, bob, id)
    const everywhere = `query ($id: ID!, $alice: ID) {
      post(id: $id) { ...all }
      user(id: $alice) { posts(first: 1) { edges { node { ...all } } } }
      publicFeed(first: 1) { edges { node { ...all } } }
      feed(first: 1) { ...all }
      homeFeed(first: 1) { edges { node { ...all } } }
    } fragment all on Post { ${FIELDS} }`
    const answer = await nexus.ask(everywhere, bob.token, { id, alice: alice.id })
    expect(answer.post).toEqual({
      ...{ id, content: 'quoting', mediaUrl: null, visibility: 'PUBLIC', editedAt: null, quotedPost: { id: quoted } },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      author: { id: String(alice.id), username: 'alice' },
      ...{ likeCount: 2, commentCount: 2, shareCount: 1, viewerHasLiked: true, viewerHasShared: true },
      comments: { edges: [{ node: { text: 'first', author: { username: 'carol' }, replyCount: 1 } }] },
    })
    expect(Math.abs(Date.now() - Date.parse(answer.post.createdAt))).toBeLessThan(60_000)
    expect(answer.user.posts.edges[0].node).toEqual(answer.post)
    expect(answer.publicFeed.edges[0].node).toEqual(answer.post)
    expect(answer.feed[0]).toEqual(answer.post)
    expect(answer.homeFeed.edges[0].node).toEqual(answer.post)
  })

  it('shows a visitor no flags of anybody', async () => {
    const id = await post(nexus, alice, 'for all')
    await like(nexus, bob, id)
    const flags = 'viewerHasLiked viewerHasShared author { viewerFollows followsViewer viewerBlocks viewerMutes }'
    const expected = {
      ...{ viewerHasLiked: false, viewerHasShared: false },
      author: { viewerFollows: false, followsViewer: false, viewerBlocks: false, viewerMutes: false },
    }
    expect(await nexus.ask(`query ($id: ID!) { post(id: $id) { ${flags} } }`, undefined, { id })).toEqual({ post: expected })
  })

  it('is null without an error for an id that is of nothing, of another kind or of no form', async () => {
    const id = await post(nexus, alice, 'with a comment')
    const commentId = await comment(nexus, bob, id, 'a comment')
    for (const nothing of [
      '1',
      '0',
      '-1',
      '',
      'x',
      '9'.repeat(16),
      '9'.repeat(40),
      `0${id}`,
      `${id}.0`,
      ` ${id}`,
      commentId,
      String(alice.id),
      '9007199254740991',
    ]) {
      expect(await nexus.ask('query ($id: ID!) { post(id: $id) { id } }', bob.token, { id: nothing })).toEqual({ post: null })
    }
    for (const nothing of ['1', '0', '', 'x', '9'.repeat(40), id]) {
      expect(await nexus.ask('query ($id: ID!) { comment(id: $id) { id } }', bob.token, { id: nothing })).toEqual({ comment: null })
    }
  })

  it("is listed with its author's others, newest first, in pages of two, with cursors of the list", async () => {
    const { dora } = await cast(nexus, 'dora')
    for (const content of ['1', '2', '3', '4', '5']) await post(nexus, dora, content)
    const read =
      'query ($id: ID, $after: String) { user(id: $id) { posts(first: 2, after: $after) { edges { cursor node { content } } pageInfo { hasNextPage endCursor } } } }'
    const pages = await readPages(async (after) => (await nexus.ask(read, undefined, { id: dora.id, after })).user.posts)
    for (const { edges, pageInfo } of pages) expect(pageInfo.endCursor).toBe(edges.at(-1).cursor)
    const seen = pages.map((page) => page.edges.map((edge) => edge.node.content))
    expect(seen).toEqual([['5', '4'], ['3', '2'], ['1']])
  })
})

describe('an edited post', () => {
  const UPDATE = `mutation ($id: ID!, $content: String, $mediaUrl: String) {
    updatePost(id: $id, content: $content, mediaUrl: $mediaUrl) { post { id content mediaUrl createdAt editedAt } } }`

  it('keeps its id and its createdAt, has an editedAt, and shows its new words everywhere at once', async () => {
    const id = await post(nexus, alice, 'old words')
    const { post: before } = await nexus.ask('query ($id: ID!) { post(id: $id) { createdAt editedAt } }', undefined, { id })
    expect(before.editedAt).toBeNull()
    const { updatePost } = await nexus.ask(UPDATE, alice.token, { id, content: 'new words' })
    expect(updatePost.post).toMatchObject({ id, content: 'new words', createdAt: before.createdAt })
    expect(Math.abs(Date.now() - Date.parse(updatePost.post.editedAt))).toBeLessThan(60_000)
    expect((await readFeed(nexus, bob))[0]).toBe('new words')
    expect((await readHome(nexus, bob))[0]).toBe('new words')
    expect((await nexus.ask('{ publicFeed(first: 1) { edges { node { content } } } }')).publicFeed.edges[0].node.content).toBe('new words')
  })

  it('is not edited by an edit that changes nothing: editedAt stays', async () => {
    const id = await post(nexus, alice, 'same words')
    for (const change of [{}, { content: 'same words' }, { mediaUrl: null }, { content: 'same words', mediaUrl: null }]) {
      expect((await nexus.ask(UPDATE, alice.token, { id, ...change })).updatePost.post.editedAt).toBeNull()
    }
    const { updatePost: first } = await nexus.ask(UPDATE, alice.token, { id, content: 'other words' })
    const { updatePost: second } = await nexus.ask(UPDATE, alice.token, { id, content: 'other words' })
    expect(second.post.editedAt).toBe(first.post.editedAt)
    expect(first.post.editedAt).not.toBeNull()
  })

  it('leaves what is left out; null clears mediaUrl and will not do for content', async () => {
    const query = 'mutation { createPost(content: "with media", mediaUrl: "https://a.test/1") { post { id } } }'
    const { id } = (await nexus.ask(query, alice.token)).createPost.post
    expect((await nexus.ask(UPDATE, alice.token, { id, content: 'changed' })).updatePost.post.mediaUrl).toBe('https://a.test/1')
    expect((await nexus.ask(UPDATE, alice.token, { id, content: '' })).updatePost.post).toMatchObject({
      content: '',
      mediaUrl: 'https://a.test/1',
    })
    expect(await refusedFor(nexus, UPDATE, alice.token, { id, mediaUrl: null })).toBe('BAD_USER_INPUT content')
    expect(await refusedFor(nexus, UPDATE, alice.token, { id, content: null })).toBe('BAD_USER_INPUT content')
    expect((await nexus.ask(UPDATE, alice.token, { id, content: 'words', mediaUrl: null })).updatePost.post).toMatchObject({
      ...{ content: 'words', mediaUrl: null },
    })
    expect(await refusedFor(nexus, UPDATE, alice.token, { id, content: '' })).toBe('BAD_USER_INPUT content')
    expect(await refusedFor(nexus, UPDATE, alice.token, { id, content: 'x'.repeat(5001) })).toBe('BAD_USER_INPUT content')
    expect(await refusedFor(nexus, UPDATE, alice.token, { id, content: 'a\u0000' })).toBe('BAD_USER_INPUT content')
    expect(await refusedFor(nexus, UPDATE, alice.token, { id, mediaUrl: 'javascript:alert(1)' })).toBe('BAD_USER_INPUT mediaUrl')
    expect(await nexus.sql('select content, media_url from posts where id = $1', [id])).toEqual([{ content: 'words', media_url: null }])
  })

  it('keeps what it said before, each wording once, though twenty edits come at once', async () => {
    const id = await post(nexus, alice, 'wording 0')
    await Promise.all(Array.from({ length: 20 }, (_, i) => nexus.ask(UPDATE, alice.token, { id, content: `wording ${i + 1}` })))
    const kept = await nexus.sql<{ content: string }>(
      'select content from post_edits where post_id = $1 union all select content from posts where id = $1',
      [id],
    )
    expect(kept.map((row) => row.content).sort()).toEqual(Array.from({ length: 21 }, (_, i) => `wording ${i}`).sort())
  })
})

describe('a deleted post', () => {
  it('is gone from post, lists, feeds and shares in the next read of everybody, with its comments and likes, and its quotes have none', async () => {
    const id = await post(nexus, alice, 'doomed')
    const commentId = await comment(nexus, bob, id, 'doomed too')
    await like(nexus, bob, id)
    await follow(nexus, carol, bob)
    await share(nexus, bob, id)
    const quoting = await quote(nexus, bob, id, 'quoting the doomed')
    expect(await readHome(nexus, carol)).toContain('doomed')
    const { user: before } = await nexus.ask('query ($id: ID) { user(id: $id) { postCount } }', undefined, { id: alice.id })
    expect(await nexus.ask('mutation ($id: ID!) { deletePost(id: $id) }', alice.token, { id })).toEqual({ deletePost: true })
    for (const person of [alice, bob, carol]) {
      const query = `query ($id: ID!, $comment: ID!, $quoting: ID!, $alice: ID) {
        post(id: $id) { id } comment(id: $comment) { id } quoting: post(id: $quoting) { content quotedPost { id } }
        user(id: $alice) { postCount posts(first: 100) { edges { node { content } } } }
        publicFeed(first: 100) { edges { node { content } } } }`
      const answer = await nexus.ask(query, person.token, { id, comment: commentId, quoting, alice: alice.id })
      expect(answer).toMatchObject({ post: null, comment: null, quoting: { content: 'quoting the doomed', quotedPost: null } })
      expect(answer.user.postCount).toBe(before.postCount - 1)
      expect(JSON.stringify([answer.user.posts, answer.publicFeed])).not.toContain('"doomed"')
      expect(await readHome(nexus, person)).not.toContain('doomed')
      expect(await readFeed(nexus, person)).not.toContain('doomed')
    }
    for (const table of ['comments', 'likes', 'shares', 'post_counts', 'post_edits']) {
      expect(await nexus.sql(`select 1 from ${table} where post_id = $1`, [id])).toEqual([])
    }
  })

  it('is NOT_FOUND when it is deleted twice, or at once by two', async () => {
    const id = await post(nexus, alice, 'twice')
    await deletePost(nexus, alice, id)
    expect(await refusedFor(nexus, 'mutation ($id: ID!) { deletePost(id: $id) }', alice.token, { id })).toBe('NOT_FOUND')
    const another = await post(nexus, alice, 'at once')
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => refusedFor(nexus, 'mutation ($id: ID!) { deletePost(id: $id) }', alice.token, { id: another })),
    )
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'NOT_FOUND')).toHaveLength(9)
  })

  it('is not brought back by its key: NOT_FOUND rather than a second post', async () => {
    const create = 'mutation { createPost(content: "keyed", key: "k") { post { id } } }'
    const { id } = (await nexus.ask(create, alice.token)).createPost.post
    await deletePost(nexus, alice, id)
    expect(await refusedFor(nexus, create, alice.token)).toBe('NOT_FOUND')
    expect(await nexus.sql(`select id from posts where content = 'keyed'`)).toEqual([])
  })

  it('can be neither edited, commented, liked, shared nor quoted', async () => {
    const id = await post(nexus, alice, 'gone')
    await deletePost(nexus, alice, id)
    for (const verb of [
      'updatePost(id: $id, content: "x") { post { id } }',
      'createComment(postId: $id, text: "x") { comment { id } }',
      'likePost(postId: $id) { post { id } }',
      'unlikePost(postId: $id) { post { id } }',
      'sharePost(postId: $id) { post { id } }',
      'unsharePost(postId: $id) { post { id } }',
      'createPost(content: "x", quotedPostId: $id) { post { id } }',
      'report(postId: $id, reason: "x")',
    ]) {
      expect([verb, await refusedFor(nexus, `mutation ($id: ID!) { ${verb} }`, alice.token, { id })]).toEqual([verb, 'NOT_FOUND'])
    }
  })
})

describe('a quote', () => {
  it('may be of a public post that its author sees, not of one for followers, even their own', async () => {
    const QUOTE = 'mutation ($id: ID!) { createPost(content: "q", quotedPostId: $id) { post { id } } }'
    const own = await post(nexus, alice, 'my own')
    expect(await refusedFor(nexus, QUOTE, alice.token, { id: own })).toBeUndefined()
    const forFollowers = await post(nexus, alice, 'for followers', 'FOLLOWERS')
    expect(await refusedFor(nexus, QUOTE, alice.token, { id: forFollowers })).toBe('FORBIDDEN')
    expect(await refusedFor(nexus, QUOTE, bob.token, { id: forFollowers })).toBe('FORBIDDEN')
    expect(await refusedFor(nexus, QUOTE, carol.token, { id: forFollowers })).toBe('NOT_FOUND')
    expect(await refusedFor(nexus, QUOTE, carol.token, { id: 'of no form' })).toBe('NOT_FOUND')
    expect(
      await refusedFor(nexus, 'mutation { createPost(content: "q", quotedPostId: null) { post { id } } }', carol.token),
    ).toBeUndefined()
  })
})
