import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { block, comment, like, mute, quote, readFeed, readHome, refusedFor, share, unblock, unfollow, unmute } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, dan: Person

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, dan } = await cast(nexus, 'alice', 'bob', 'carol', 'dan'))
})
beforeEach(async () => {
  for (const table of ['follows', 'blocks', 'mutes', 'posts']) await nexus.sql(`delete from ${table}`)
  await nexus.sql('update users set suspended_at = null')
})
afterAll(() => nexus.close())

async function sees(person: Person | undefined, postId: string): Promise<boolean> {
  return (await nexus.ask('query ($id: ID!) { post(id: $id) { id } }', person?.token, { id: postId })).post !== null
}

async function readPublic(person?: Person): Promise<string[]> {
  const { publicFeed } = await nexus.ask('{ publicFeed(first: 100) { edges { node { content } } } }', person?.token)
  return publicFeed.edges.map((edge: { node: { content: string } }) => edge.node.content)
}

async function readPostsOf(author: Person, person?: Person): Promise<string[]> {
  const { user } = await nexus.ask('query ($id: ID) { user(id: $id) { posts { edges { node { content } } } } }', person?.token, {
    id: author.id,
  })
  return user.posts.edges.map((edge: { node: { content: string } }) => edge.node.content)
}

/** Everything below a post as the person sees it. */
async function readBelow(postId: string, person?: Person): Promise<unknown> {
  const query = `query ($id: ID!) { post(id: $id) { likeCount commentCount shareCount
    comments { edges { node { text replyCount replies { edges { node { text } } } } } }
    likes { edges { node { user { username } } } } shares { edges { node { user { username } } } } } }`
  return (await nexus.ask(query, person?.token, { id: postId })).post
}

describe('following', () => {
  it("gives alice bob's posts and not carol's, whom she does not follow", async () => {
    await follow(nexus, alice, bob)
    await post(nexus, bob, 'of bob')
    await post(nexus, carol, 'of carol')
    expect(await readFeed(nexus, alice)).toEqual(['of bob'])
    expect(await readHome(nexus, alice)).toEqual(['of bob'])
  })

  it('shows posts for followers to bob and to who follows him now, and to nobody else, wherever they look', async () => {
    const secret = await post(nexus, bob, 'for followers', 'FOLLOWERS')
    expect([await sees(bob, secret), await sees(alice, secret), await sees(undefined, secret)]).toEqual([true, false, false])
    expect([await readPostsOf(bob, bob), await readPostsOf(bob, alice), await readPostsOf(bob)]).toEqual([['for followers'], [], []])
    await follow(nexus, alice, bob)
    expect([await sees(alice, secret), await readPostsOf(bob, alice), await readHome(nexus, alice)]).toEqual([
      true,
      ['for followers'],
      ['for followers'],
    ])
    expect([await readPublic(alice), await readPublic(bob)]).toEqual([[], []])
    await unfollow(nexus, alice, bob)
    expect([await sees(alice, secret), await readPostsOf(bob, alice), await readHome(nexus, alice)]).toEqual([false, [], []])
  })

  it('lets nobody comment on, like or reply below what they do not see, and shows no comment of it', async () => {
    const secret = await post(nexus, bob, 'for followers', 'FOLLOWERS')
    await follow(nexus, carol, bob)
    const below = await comment(nexus, carol, secret, 'below')
    expect(await nexus.ask('query ($id: ID!) { comment(id: $id) { id } }', alice.token, { id: below })).toEqual({ comment: null })
    for (const verb of [
      'likeComment(commentId: $id) { comment { id } }',
      'unlikeComment(commentId: $id) { comment { id } }',
      'report(commentId: $id, reason: "x")',
    ]) {
      expect(await refusedFor(nexus, `mutation ($id: ID!) { ${verb} }`, alice.token, { id: below })).toBe('NOT_FOUND')
    }
    expect(
      await refusedFor(nexus, 'mutation ($id: ID!) { createComment(postId: $id, text: "x") { comment { id } } }', alice.token, {
        id: secret,
      }),
    ).toBe('NOT_FOUND')
  })
})

describe('a block', () => {
  it("hides bob's post from alice the moment she blocks him, everywhere, and hers from him", async () => {
    await follow(nexus, alice, bob)
    await follow(nexus, bob, alice)
    const [of_bob, of_alice] = [await post(nexus, bob, 'of bob'), await post(nexus, alice, 'of alice')]
    await block(nexus, alice, bob)
    for (const [person, theirs, name] of [
      [alice, of_bob, 'of bob'],
      [bob, of_alice, 'of alice'],
    ] as const) {
      expect(await sees(person, theirs)).toBe(false)
      expect(await readFeed(nexus, person)).toEqual([])
      expect(await readHome(nexus, person)).not.toContain(name)
      expect(await readPublic(person)).not.toContain(name)
      for (const verb of ['likePost', 'unlikePost', 'sharePost', 'unsharePost']) {
        expect(await refusedFor(nexus, `mutation ($id: ID!) { ${verb}(postId: $id) { post { id } } }`, person.token, { id: theirs })).toBe(
          'NOT_FOUND',
        )
      }
    }
    expect([await readPostsOf(bob, alice), await readPostsOf(alice, bob)]).toEqual([[], []])
    expect([await sees(carol, of_bob), await sees(undefined, of_alice)]).toEqual([true, true])
    expect(await readPublic()).toEqual(['of alice', 'of bob'])
    await unblock(nexus, alice, bob)
    expect([await sees(alice, of_bob), await sees(bob, of_alice)]).toEqual([true, true])
  })

  it("hides comments, likes and shares of each from the other below a third one's post; the counts are of everyone's", async () => {
    const id = await post(nexus, carol, 'of carol')
    const top = await comment(nexus, bob, id, 'bob on top')
    await comment(nexus, alice, id, 'alice below bob', top)
    const carols = await comment(nexus, carol, id, 'carol on top')
    await comment(nexus, bob, id, 'bob below carol', carols)
    for (const person of [alice, bob]) {
      await like(nexus, person, id)
      await share(nexus, person, id)
    }
    await block(nexus, bob, alice)
    const counts = { likeCount: 2, commentCount: 4, shareCount: 2 }
    expect(await readBelow(id, alice)).toEqual({
      ...counts,
      comments: { edges: [{ node: { text: 'carol on top', replyCount: 1, replies: { edges: [] } } }] },
      likes: { edges: [{ node: { user: { username: 'alice' } } }] },
      shares: { edges: [{ node: { user: { username: 'alice' } } }] },
    })
    expect(await readBelow(id, dan)).toMatchObject({
      ...counts,
      likes: { edges: [{ node: { user: { username: 'bob' } } }, { node: { user: { username: 'alice' } } }] },
      shares: { edges: [{ node: { user: { username: 'bob' } } }, { node: { user: { username: 'alice' } } }] },
    })
    expect(await readBelow(id, bob)).toMatchObject({
      comments: {
        edges: [
          { node: { text: 'bob on top', replyCount: 1, replies: { edges: [] } } },
          { node: { text: 'carol on top', replies: { edges: [{ node: { text: 'bob below carol' } }] } } },
        ],
      },
    })
  })

  it('takes what the one shared out of the feed of who follows the sharer, when the author is across a block', async () => {
    await follow(nexus, alice, carol)
    const id = await post(nexus, bob, 'of bob')
    await share(nexus, carol, id)
    expect(await readHome(nexus, alice)).toEqual(['of bob'])
    await block(nexus, bob, alice)
    expect(await readHome(nexus, alice)).toEqual([])
    await unblock(nexus, bob, alice)
    await block(nexus, alice, bob)
    expect(await readHome(nexus, alice)).toEqual([])
  })

  it('makes a quoted post null, and a reply found by its id have a null parent', async () => {
    const id = await post(nexus, bob, 'of bob')
    const quoting = await quote(nexus, carol, id, 'carol quotes bob')
    const of_carol = await post(nexus, carol, 'of carol')
    const top = await comment(nexus, bob, of_carol, 'bob on top')
    const reply = await comment(nexus, dan, of_carol, 'dan below bob', top)
    await block(nexus, alice, bob)
    const query =
      'query ($quoting: ID!, $reply: ID!, $top: ID!) { post(id: $quoting) { content quotedPost { id } } reply: comment(id: $reply) { text parent { id } post { id } } top: comment(id: $top) { id } }'
    expect(await nexus.ask(query, alice.token, { quoting, reply, top })).toEqual({
      post: { content: 'carol quotes bob', quotedPost: null },
      reply: { text: 'dan below bob', parent: null, post: { id: of_carol } },
      top: null,
    })
    expect(await nexus.ask(query, dan.token, { quoting, reply, top })).toMatchObject({
      post: { quotedPost: { id } },
      reply: { parent: { id: top } },
      top: { id: top },
    })
  })
})

describe('a mute', () => {
  it("takes bob's posts and shares, and his posts that others share, out of alice's feeds and the public feed, and out of nothing else", async () => {
    for (const other of [bob, carol]) await follow(nexus, alice, other)
    const of_bob = await post(nexus, bob, 'of bob')
    const of_dan = await post(nexus, dan, 'of dan')
    await share(nexus, bob, of_dan)
    await share(nexus, carol, of_bob)
    expect(await readHome(nexus, alice)).toEqual(['of bob', 'of dan'])
    await mute(nexus, alice, bob)
    await mute(nexus, alice, bob)
    expect(await readHome(nexus, alice)).toEqual([])
    expect(await readFeed(nexus, alice)).toEqual([])
    expect(await readPublic(alice)).toEqual(['of dan'])
    await comment(nexus, bob, of_dan, 'a comment of bob')
    expect([await sees(alice, of_bob), await readPostsOf(bob, alice)]).toEqual([true, ['of bob']])
    expect(await readBelow(of_dan, alice)).toMatchObject({
      comments: { edges: [{ node: { text: 'a comment of bob' } }] },
      shares: { edges: [{ node: { user: { username: 'bob' } } }] },
    })
    expect(await readPublic(bob)).toEqual(['of dan', 'of bob'])
    await unmute(nexus, alice, bob)
    expect(await readHome(nexus, alice)).toEqual(['of bob', 'of dan'])
    expect(await readPublic(alice)).toEqual(['of dan', 'of bob'])
  })

  it('is not seen by the muted: neither follows nor flags of theirs change', async () => {
    await follow(nexus, alice, bob)
    await follow(nexus, bob, alice)
    await mute(nexus, alice, bob)
    expect(await nexus.ask('{ user(username: "alice") { viewerFollows followsViewer viewerMutes viewerBlocks } }', bob.token)).toEqual({
      user: { viewerFollows: true, followsViewer: true, viewerMutes: false, viewerBlocks: false },
    })
  })
})

describe('a post hidden by a moderator', () => {
  it('is seen by its author alone, and is in no list, feed, share or quote of others', async () => {
    await follow(nexus, alice, bob)
    await follow(nexus, alice, carol)
    const id = await post(nexus, bob, 'hidden')
    await share(nexus, carol, id)
    const quoting = await quote(nexus, carol, id, 'quoting')
    const below = await comment(nexus, alice, id, 'below')
    await nexus.sql('update posts set hidden_at = now() where id = $1', [id])
    for (const person of [alice, carol, undefined]) {
      expect([await sees(person, id), await readPostsOf(bob, person)]).toEqual([false, []])
      expect(await readPublic(person)).toEqual(['quoting'])
      const query = 'query ($q: ID!, $c: ID!) { post(id: $q) { quotedPost { id } } comment(id: $c) { id } }'
      expect(await nexus.ask(query, person?.token, { q: quoting, c: below })).toEqual({ post: { quotedPost: null }, comment: null })
    }
    expect(await readHome(nexus, alice)).toEqual(['quoting'])
    expect(await readFeed(nexus, alice)).toEqual(['quoting'])
    expect([await sees(bob, id), await readPostsOf(bob, bob), await readHome(nexus, bob)]).toEqual([true, ['hidden'], ['hidden']])
    await nexus.sql('update posts set hidden_at = null where id = $1', [id])
    expect(await readHome(nexus, alice)).toEqual(['quoting', 'hidden'])
  })

  it('and a hidden comment: left out of threads for all but its author, while the replies below stay by their ids', async () => {
    const id = await post(nexus, carol, 'of carol')
    const top = await comment(nexus, bob, id, 'hidden')
    const reply = await comment(nexus, dan, id, 'a reply', top)
    await nexus.sql('update comments set hidden_at = now() where id = $1', [top])
    expect(await readBelow(id, alice)).toMatchObject({ commentCount: 2, comments: { edges: [] } })
    expect(await readBelow(id, bob)).toMatchObject({ comments: { edges: [{ node: { text: 'hidden' } }] } })
    const query = 'query ($id: ID!) { comment(id: $id) { text parent { text } } }'
    expect(await nexus.ask(query, alice.token, { id: reply })).toEqual({ comment: { text: 'a reply', parent: null } })
    expect(await nexus.ask(query, alice.token, { id: top })).toEqual({ comment: null })
    expect(await nexus.ask(query, bob.token, { id: reply })).toEqual({ comment: { text: 'a reply', parent: { text: 'hidden' } } })
    for (const [verb, of] of [
      ['createComment(postId: $post, text: "x", parentId: $id) { comment { id } }', top],
      ['likeComment(commentId: $id) { comment { id } }', top],
    ] as const) {
      const types = verb.includes('$post') ? '($id: ID!, $post: ID!)' : '($id: ID!)'
      expect(await refusedFor(nexus, `mutation ${types} { ${verb} }`, alice.token, { id: of, post: id })).toBe('NOT_FOUND')
    }
  })
})

describe('a suspended author', () => {
  it('takes their posts, comments and shares out of everything for all, and they come back with them', async () => {
    await follow(nexus, alice, bob)
    await follow(nexus, alice, carol)
    const of_bob = await post(nexus, bob, 'of bob')
    const of_dan = await post(nexus, dan, 'of dan')
    await share(nexus, bob, of_dan)
    await share(nexus, carol, of_bob)
    const top = await comment(nexus, bob, of_dan, 'bob on top')
    const reply = await comment(nexus, carol, of_dan, 'a reply', top)
    const quoting = await quote(nexus, dan, of_bob, 'quoting')
    const whatAliceSees = async () => ({
      ...{
        home: await readHome(nexus, alice),
        feed: await readFeed(nexus, alice),
        public: await readPublic(alice),
        visitor: await readPublic(),
      },
      ...{ post: await sees(alice, of_bob), profile: await readPostsOf(bob, alice) },
      below: await readBelow(of_dan, alice),
      byId: await nexus.ask(
        'query ($q: ID!, $r: ID!) { post(id: $q) { quotedPost { content } } comment(id: $r) { parent { text } } }',
        alice.token,
        { q: quoting, r: reply },
      ),
    })
    const before = await whatAliceSees()
    expect(before).toMatchObject({ home: ['of bob', 'of dan'], feed: ['of bob'], public: ['quoting', 'of dan', 'of bob'] })
    await nexus.sql('update users set suspended_at = now() where id = $1', [bob.id])
    expect(await whatAliceSees()).toEqual({
      ...{ home: [], feed: [], public: ['quoting', 'of dan'], visitor: ['quoting', 'of dan'], post: false, profile: [] },
      below: {
        ...{ likeCount: 0, commentCount: 2, shareCount: 1 },
        ...{ comments: { edges: [] }, likes: { edges: [] }, shares: { edges: [] } },
      },
      byId: { post: { quotedPost: null }, comment: { parent: null } },
    })
    await nexus.sql('update users set suspended_at = null where id = $1', [bob.id])
    expect(await whatAliceSees()).toEqual(before)
  })
})

describe('a short page', () => {
  it('goes on from where the search ended, though everything on it was hidden', async () => {
    for (let i = 0; i < 6; i += 1) await post(nexus, i < 3 ? carol : bob, `${i}`)
    await block(nexus, alice, bob)
    const query =
      'query ($after: String) { publicFeed(first: 2, after: $after) { edges { cursor node { content } } pageInfo { hasNextPage startCursor endCursor } } }'
    const { publicFeed: first } = await nexus.ask(query, alice.token, { after: null })
    expect(first).toEqual({ edges: [], pageInfo: { hasNextPage: true, startCursor: null, endCursor: expect.any(String) } })
    const { publicFeed: second } = await nexus.ask(query, alice.token, { after: first.pageInfo.endCursor })
    expect(second.edges.map((edge: { node: { content: string } }) => edge.node.content)).toEqual(['2'])
    const { publicFeed: third } = await nexus.ask(query, alice.token, { after: second.pageInfo.endCursor })
    expect(third.edges.map((edge: { node: { content: string } }) => edge.node.content)).toEqual(['1', '0'])
    expect(third.pageInfo.hasNextPage).toBe(false)
  })
})
