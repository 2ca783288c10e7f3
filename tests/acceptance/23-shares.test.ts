import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { deletePost, readHome, refusedFor, share, unshare } from './verbs.ts'

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
  postId = await post(nexus, carol, 'of carol')
})
afterAll(() => nexus.close())

const SHARE = 'mutation ($id: ID!, $message: String) { sharePost(postId: $id, message: $message) { post { shareCount viewerHasShared } } }'
const UNSHARE = 'mutation ($id: ID!) { unsharePost(postId: $id) { post { shareCount viewerHasShared } } }'
const READ =
  'query ($id: ID!) { post(id: $id) { shareCount viewerHasShared shares { edges { node { user { username } message createdAt } } } } }'

it('stands with and without a message, in the feeds of who follows the sharer and in the list of shares, newest first', async () => {
  expect((await nexus.ask(SHARE, bob.token, { id: postId, message: 'read this' })).sharePost.post).toEqual({
    shareCount: 1,
    viewerHasShared: true,
  })
  await share(nexus, alice, postId)
  const { post: found } = await nexus.ask(READ, carol.token, { id: postId })
  expect(found).toMatchObject({
    ...{ shareCount: 2, viewerHasShared: false },
    shares: {
      edges: [{ node: { user: { username: 'alice' }, message: null } }, { node: { user: { username: 'bob' }, message: 'read this' } }],
    },
  })
  const { homeFeed } = await nexus.ask(
    '{ homeFeed(includeOwn: false) { edges { node { content } reason sharedBy { username } sharedAt sharedMessage } } }',
    alice.token,
  )
  expect(homeFeed.edges).toEqual([
    {
      node: { content: 'of carol' },
      reason: 'SHARED',
      sharedBy: { username: 'bob' },
      sharedAt: found.shares.edges[1].node.createdAt,
      sharedMessage: 'read this',
    },
  ])
})

it('keeps the first with its time and message when it is done twice, or thirty times at once', async () => {
  await share(nexus, bob, postId, 'first')
  const first = await nexus.ask(READ, bob.token, { id: postId })
  await share(nexus, bob, postId, 'second')
  await Promise.all(Array.from({ length: 30 }, (_, i) => share(nexus, bob, postId, `try ${i}`)))
  expect(await nexus.ask(READ, bob.token, { id: postId })).toEqual(first)
  expect(first.post).toMatchObject({ shareCount: 1, viewerHasShared: true, shares: { edges: [{ node: { message: 'first' } }] } })
})

it('is taken back, twice too, and shared again stands at the new time with the new message', async () => {
  await share(nexus, bob, postId, 'first')
  const { post: before } = await nexus.ask(READ, bob.token, { id: postId })
  await post(nexus, bob, 'of bob')
  expect(await readHome(nexus, alice)).toEqual(['of bob', 'of carol'])
  for (let i = 0; i < 2; i += 1)
    expect((await nexus.ask(UNSHARE, bob.token, { id: postId })).unsharePost.post).toEqual({ shareCount: 0, viewerHasShared: false })
  expect(await readHome(nexus, alice)).toEqual(['of bob'])
  await share(nexus, bob, postId, 'again')
  const { post: after } = await nexus.ask(READ, bob.token, { id: postId })
  expect(await readHome(nexus, alice)).toEqual(['of carol', 'of bob'])
  expect(after.shares.edges[0].node.message).toBe('again')
  expect(Date.parse(after.shares.edges[0].node.createdAt)).toBeGreaterThan(Date.parse(before.shares.edges[0].node.createdAt))
})

it('is of public posts alone: FORBIDDEN for followers-only ones, even their author, NOT_FOUND to whom they are not visible', async () => {
  const forFollowers = await post(nexus, bob, 'for followers', 'FOLLOWERS')
  expect(await refusedFor(nexus, SHARE, alice.token, { id: forFollowers })).toBe('FORBIDDEN')
  expect(await refusedFor(nexus, SHARE, bob.token, { id: forFollowers })).toBe('FORBIDDEN')
  expect(await refusedFor(nexus, SHARE, carol.token, { id: forFollowers })).toBe('NOT_FOUND')
  expect(await nexus.ask(UNSHARE, alice.token, { id: forFollowers })).toEqual({
    unsharePost: { post: { shareCount: 0, viewerHasShared: false } },
  })
})

it("may be of one's own post", async () => {
  await share(nexus, carol, postId)
  expect(await nexus.ask('{ homeFeed { edges { reason sharedBy { username } } } }', carol.token)).toEqual({
    homeFeed: { edges: [{ reason: 'SHARED', sharedBy: { username: 'carol' } }] },
  })
})

it('goes with the post, and is of one that is there', async () => {
  await share(nexus, bob, postId)
  await deletePost(nexus, carol, postId)
  expect(await readHome(nexus, alice)).toEqual([])
  for (const id of [postId, '1', 'x']) {
    expect(await refusedFor(nexus, SHARE, bob.token, { id })).toBe('NOT_FOUND')
    expect(await refusedFor(nexus, UNSHARE, bob.token, { id })).toBe('NOT_FOUND')
  }
})

it('counts exactly after a storm of sharing and taking back', async () => {
  const people = [alice, bob, carol]
  await Promise.all(
    Array.from({ length: 90 }, (_, i) => (i % 4 === 3 ? unshare(nexus, people[i % 3]!, postId) : share(nexus, people[i % 3]!, postId))),
  )
  const [rows] = await nexus.sql<{ n: number }>('select count(*)::int as n from shares where post_id = $1', [postId])
  const { post: found } = await nexus.ask(READ, undefined, { id: postId })
  expect([found.shareCount, found.shares.edges.length]).toEqual([rows!.n, rows!.n])
})
