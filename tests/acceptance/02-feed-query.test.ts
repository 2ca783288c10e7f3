import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, promote, startNexus } from '../cast.ts'
import { refusedFor, send, share } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person
let first: string, second: string

const FEED_OF_1 = '{ feed(userId: 1) { id content author { username } createdAt } }'

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol } = await cast(nexus, 'alice', 'bob', 'carol'))
  await follow(nexus, alice, bob)
  await post(nexus, carol, 'of carol, whom alice does not follow')
  first = await post(nexus, bob, 'first')
  second = await post(nexus, bob, 'second')
})
afterAll(() => nexus.close())

it("answers the README's feed query, letter for letter, with bob's posts alone, newest first", async () => {
  expect(alice.id).toBe(1)
  const { status, data, errors } = await nexus.gql(FEED_OF_1, { token: alice.token })
  expect(errors).toBeUndefined()
  expect(status).toBe(200)
  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(data).toEqual({
    feed: [
      { id: second, content: 'second', author: { username: 'bob' }, createdAt: instant },
      { id: first, content: 'first', author: { username: 'bob' }, createdAt: instant },
    ],
  })
  const [newer, older] = data.feed.map((each: { createdAt: string }) => Date.parse(each.createdAt))
  expect(newer).toBeGreaterThanOrEqual(older)
})

it('answers an empty list to carol, who follows nobody', async () => {
  expect(await nexus.ask('{ feed { id } }', carol.token)).toEqual({ feed: [] })
})

it.each([
  ['a string', '{ feed(userId: "1") { id } }', {}],
  ['a number in a variable', 'query ($id: ID) { feed(userId: $id) { id } }', { id: 1 }],
  ['a string in a variable', 'query ($id: ID!) { feed(userId: $id) { id } }', { id: '1' }],
  ['nothing, for the viewer', '{ feed { id } }', {}],
  ['null, for the viewer', '{ feed(userId: null) { id } }', {}],
])("takes alice's id as %s", async (_, query, variables) => {
  expect(await nexus.ask(query, alice.token, variables)).toEqual({ feed: [{ id: second }, { id: first }] })
})

it('answers the same to a query with line breaks, as curl sends it, by POST and by GET', async () => {
  const spread = `{
  feed(userId: 1) {
    id
    content
  }
}
`
  const expected = {
    feed: [
      { id: second, content: 'second' },
      { id: first, content: 'first' },
    ],
  }
  expect(await nexus.ask(spread, alice.token)).toEqual(expected)
  const byGet = await send(nexus, `/graphql?query=${encodeURIComponent(spread)}`, { headers: { authorization: `bearer ${alice.token}` } })
  expect(byGet.data).toEqual(expected)
})

it("forbids bob, and everybody but an admin, to read alice's feed, whether the user is there or not", async () => {
  expect(await refusedFor(nexus, FEED_OF_1, bob.token)).toBe('FORBIDDEN')
  expect(await refusedFor(nexus, '{ feed(userId: 999999) { id } }', bob.token)).toBe('FORBIDDEN')
  expect(await refusedFor(nexus, '{ feed(userId: "of no form") { id } }', bob.token)).toBe('FORBIDDEN')
  for (const wrong of ['first: 0', 'first: 101', 'before: "of no form"'])
    expect(await refusedFor(nexus, `{ feed(userId: 1, ${wrong}) { id } }`, bob.token)).toBe(`BAD_USER_INPUT ${wrong.split(':')[0]}`)
  expect(await refusedFor(nexus, FEED_OF_1)).toBe('UNAUTHENTICATED')
})

it("gives an admin alice's feed as alice sees it, with the admin's own flags, and tells them of an unknown user", async () => {
  const { dora } = await cast(nexus, 'dora')
  await promote(nexus, dora)
  await nexus.ask('mutation ($id: ID!) { likePost(postId: $id) { post { id } } }', dora.token, { id: second })
  const query = '{ feed(userId: 1) { id viewerHasLiked author { viewerFollows } } }'
  expect(await nexus.ask(query, dora.token)).toEqual({
    feed: [
      { id: second, viewerHasLiked: true, author: { viewerFollows: false } },
      { id: first, viewerHasLiked: false, author: { viewerFollows: false } },
    ],
  })
  expect(await refusedFor(nexus, '{ feed(userId: 999999) { id } }', dora.token)).toBe('NOT_FOUND')
  expect(await refusedFor(nexus, '{ feed(userId: "one") { id } }', dora.token)).toBe('NOT_FOUND')
})

it('goes on below `before`, be the post there or deleted', async () => {
  const query = 'query ($before: ID) { feed(before: $before) { id } }'
  expect(await nexus.ask(query, alice.token, { before: second })).toEqual({ feed: [{ id: first }] })
  const doomed = await post(nexus, bob, 'soon deleted')
  await nexus.ask('mutation ($id: ID!) { deletePost(id: $id) }', bob.token, { id: doomed })
  expect(await nexus.ask(query, alice.token, { before: doomed })).toEqual({ feed: [{ id: second }, { id: first }] })
  expect(await nexus.ask('{ feed(first: 1) { id } }', alice.token)).toEqual({ feed: [{ id: second }] })
})

it("adds alice's own posts when asked, and what bob shares never", async () => {
  const own = await post(nexus, alice, 'my own')
  const carols = await post(nexus, carol, 'shared by bob')
  await share(nexus, bob, carols)
  expect(await nexus.ask('{ feed(includeOwn: true) { id } }', alice.token)).toEqual({ feed: [{ id: own }, { id: second }, { id: first }] })
  expect(await nexus.ask('{ feed(includeOwn: null) { id } }', alice.token)).toEqual({ feed: [{ id: second }, { id: first }] })
})

it.each([0, 101, -1])('refuses first: %i, naming it', async (number) => {
  expect(await refusedFor(nexus, `{ feed(first: ${number}) { id } }`, alice.token)).toBe('BAD_USER_INPUT first')
})
