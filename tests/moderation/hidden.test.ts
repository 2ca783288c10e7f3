import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { comment, quote, readHome, share } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, promote, startNexus } from '../cast.ts'
import { hideComment, hidePost, readLog, restoreComment, restorePost } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, mod: Person
let [first, second, third] = ['', '', '']
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, mod } = await cast(nexus, 'alice', 'bob', 'carol', 'mod'))
  await promote(nexus, mod)
  for (const person of [alice, mod]) for (const author of [bob, carol]) await follow(nexus, person, author)
})
beforeEach(async () => {
  await nexus.sql('delete from posts')
  ;[first, second, third] = [await post(nexus, bob, 'first'), await post(nexus, bob, 'second'), await post(nexus, bob, 'third')]
  await nexus.settle()
})
afterAll(() => nexus.close())

const read = async (who: Person | undefined, id: string) =>
  (await nexus.ask('query ($id: ID!) { post(id: $id) { content } }', who?.token, { id })).post?.content ?? null
const readPosts = async (who: Person | undefined) => {
  const { user } = await nexus.ask('query ($id: ID) { user(id: $id) { postCount posts { edges { node { content } } } } }', who?.token, {
    id: bob.id,
  })
  return [user.postCount, ...user.posts.edges.map(({ node }: { node: { content: string } }) => node.content)]
}

it('takes a hidden post from every list and feed but its author, and shows it again where it stood', async () => {
  await share(nexus, carol, second, 'look')
  const quoting = await quote(nexus, carol, second, 'quoted')
  await nexus.settle()
  expect(await readHome(nexus, alice)).toEqual(['quoted', 'second', 'third', 'first'])
  await hidePost(nexus, mod, second, 'it is an advertisement')
  expect(await readHome(nexus, mod)).toEqual(['quoted', 'third', 'first']) // who hid it sees so in the next read
  expect(await readHome(nexus, alice)).toEqual(['quoted', 'third', 'first'])
  for (const who of [undefined, alice]) {
    expect(await read(who, second)).toBeNull()
    expect(await readPosts(who)).toEqual([3, 'third', 'first']) // counts are of everyone's
  }
  expect([await read(bob, second), await read(mod, second)]).toEqual(['second', 'second'])
  expect(await readPosts(bob)).toEqual([3, 'third', 'second', 'first'])
  expect(
    (await nexus.ask('query ($id: ID!) { post(id: $id) { quotedPost { id } } }', alice.token, { id: quoting })).post.quotedPost,
  ).toBeNull()
  expect(await nexus.refusal('mutation ($id: ID!) { likePost(postId: $id) { post { id } } }', alice.token, { id: second })).toBe(
    'NOT_FOUND',
  )

  await restorePost(nexus, mod, second, 'it is none')
  expect(await readHome(nexus, mod)).toEqual(['quoted', 'second', 'third', 'first'])
  expect(await readHome(nexus, alice)).toEqual(['quoted', 'second', 'third', 'first'])
  expect(await readPosts(alice)).toEqual([3, 'third', 'second', 'first'])
  expect((await readLog(nexus, mod)).slice(0, 2)).toEqual([
    `mod RESTORE ${second}: it is none, 0`,
    `mod HIDE ${second}: it is an advertisement, 0`,
  ])
})

it('logs what changes something alone, and refuses a reason of nothing', async () => {
  const before = (await readLog(nexus, mod)).length
  await hidePost(nexus, mod, first)
  await hidePost(nexus, mod, first)
  await restorePost(nexus, mod, third)
  expect(await readLog(nexus, mod)).toHaveLength(before + 1)
  expect(await nexus.refusal('mutation ($id: ID!) { hidePost(id: $id, reason: " ") { post { id } } }', mod.token, { id: third })).toBe(
    'BAD_USER_INPUT',
  )
  expect(await nexus.refusal('mutation { hidePost(id: 1, reason: "x") { post { id } } }', mod.token)).toBe('NOT_FOUND')
  expect(await read(alice, third)).toBe('third')
})

it('takes a hidden comment away and leaves the replies below it, and shows it again', async () => {
  const top = await comment(nexus, carol, first, 'rude')
  const reply = await comment(nexus, alice, first, 'answer', top)
  const readComments = async (who: Person) => {
    const query = `query ($post: ID!, $top: ID!, $reply: ID!) {
      post(id: $post) { commentCount comments { edges { node { text } } } } comment(id: $top) { text } reply: comment(id: $reply) { text parent { text } } }`
    const { post: under, comment: found, reply: below } = await nexus.ask(query, who.token, { post: first, top, reply })
    return [under.commentCount, under.comments.edges.length, found?.text ?? null, below.text, below.parent?.text ?? null]
  }
  await hideComment(nexus, mod, top)
  expect(await readComments(alice)).toEqual([2, 0, null, 'answer', null])
  expect(await readComments(carol)).toEqual([2, 1, 'rude', 'answer', 'rude'])
  expect(await readComments(mod)).toEqual([2, 0, 'rude', 'answer', null]) // by its id alone
  await restoreComment(nexus, mod, top)
  expect(await readComments(alice)).toEqual([2, 1, 'rude', 'answer', 'rude'])
})
