import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executeOperation } from '../../src/api/graphql/execute-operation.ts'
import { openKeptTexts } from '../../src/api/graphql/kept-texts.ts'
import { openPreparation } from '../../src/api/graphql/prepare-operation.ts'
import { buildSchema } from '../../src/api/graphql/schema.ts'
import { textOfBody } from '../../src/api/graphql/written-answer.ts'
import { type ApiPlatform, openRequest } from '../../src/api/request-context.ts'
import { openAccessTokens } from '../../src/domain/accounts/access-tokens.ts'
import { openMediaUrls } from '../../src/domain/media/media-urls.ts'
import { comment, like, share, unlike } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { forgetWrites } from '../feeds/statements.ts'
import { checkProperty } from '../properties/check-property.ts'

// The same request is answered twice out of the same platform: once with what is plain written as text, once field by field.
let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol', Person>
let posts: string[]
let platform: ApiPlatform

const SECRET = 'a secret of the tests, the same in all of them'
const schema = buildSchema()
const written = openPreparation(schema, { introspection: true })
const executed = openPreparation(schema, { introspection: true, writing: false })

beforeAll(async () => {
  nexus = await startNexus({ environment: { RATE_LIMIT_WRITES: '1000000' } })
  people = await cast(nexus, 'alice', 'bob', 'carol')
  const { alice, bob, carol } = people
  await follow(nexus, alice, bob)
  await follow(nexus, alice, carol)
  await follow(nexus, bob, carol)
  posts = []
  for (const text of ['first', 'with #tag, @alice and https://x.test/é', '"quoted" \\ \u2028 🐙\n', 'for followers'])
    posts.push(await post(nexus, bob, text, text === 'for followers' ? 'FOLLOWERS' : 'PUBLIC'))
  posts.push(await post(nexus, carol, 'of carol'))
  await like(nexus, alice, posts[0] as string)
  await comment(nexus, carol, posts[0] as string, 'said')
  await share(nexus, carol, posts[1] as string, 'look')
  const { database, warmFeeds, rankings } = nexus.app
  const parts = { database, warmFeeds, rankings, tokens: openAccessTokens(SECRET), mediaUrls: openMediaUrls('https://media.test') }
  platform = parts as unknown as ApiPlatform
})
afterAll(() => nexus.close())

async function answer(prepare: typeof written, query: string, person: Person | undefined): Promise<{ status: number; text: string }> {
  const context = { requestId: 'r', log: { error: () => {} } }
  const open = () => openRequest(platform, '127.0.0.1', person && `Bearer ${person.token}`)
  const { status, body } = await executeOperation(
    prepare,
    { query, operationName: undefined, variables: {}, method: 'POST' },
    open,
    context,
  )
  return { status, text: textOfBody(body) }
}

/** What was compiled answers from the second time on; what is kept with a row, from the third. */
async function sameAnswers(query: string, person: Person | undefined): Promise<string> {
  for (let time = 0; time < 2; time += 1) await Promise.all([answer(written, query, person), answer(executed, query, person)])
  const [ours, theirs] = await Promise.all([answer(written, query, person), answer(executed, query, person)])
  expect(ours, query).toEqual(theirs)
  return ours.text
}

const LEAVES = {
  User: 'id username displayName bio profilePicture createdAt email emailVerified __typename followerCount viewerFollows'.split(' '),
  Post: 'id content mediaUrl createdAt editedAt visibility likeCount commentCount shareCount viewerHasLiked viewerHasShared tags __typename'.split(
    ' ',
  ),
}

// Fields, aliases, fragments of both kinds and directives, in whatever order, the same name more than once.
function fieldsOf(type: keyof typeof LEAVES, depth: number): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(...LEAVES[type])
  const aliased = leaf.map((name) => `as_${name}: ${name}`)
  const choices = [leaf, leaf, leaf, aliased]
  if (depth > 0) {
    const inner = fieldsOf(type, depth - 1)
    choices.push(inner.map((fields) => `... on ${type} { ${fields} }`))
    choices.push(inner.map((fields) => `... { ${fields} }`))
    choices.push(fc.tuple(leaf, fc.boolean()).map(([name, is]) => `${name} @include(if: ${is})`))
  }
  if (type === 'Post') {
    choices.push(fieldsOf('User', depth).map((fields) => `author { ${fields} }`))
    choices.push(fc.constantFrom('entities { kind start text tag url }', 'entities { text user { username } }', 'media { url }', '...F'))
    choices.push(fc.constantFrom('quotedPost { id content }', 'comments(first: 2) { edges { node { text } } }'))
  }
  return fc.array(fc.oneof(...choices), { minLength: 1, maxLength: 5 }).map((fields) => fields.join(' '))
}

const edge = fc.constantFrom('cursor', 'reason', 'sharedAt sharedMessage', 'sharedBy { username }', '__typename')
const info = 'pageInfo { hasNextPage endCursor }'

function rootField(): fc.Arbitrary<string> {
  const fields = fieldsOf('Post', 2)
  return fc.oneof(
    fields.map((asked) => `feed(includeOwn: true) { ${asked} }`),
    fc.tuple(fields, edge).map(([asked, more]) => `homeFeed(first: 3) { edges { ${more} node { ${asked} } } ${info} }`),
    fields.map((asked) => `publicFeed { ${info} edges { node { ${asked} } cursor } }`),
    fields.map((asked) => `taggedPosts(tag: "tag") { edges { node { ${asked} } } }`),
    fields.map((asked) => `post(id: POST) { ${asked} }`),
    fieldsOf('User', 2).map((asked) => `me { ${asked} }`),
    fieldsOf('User', 1).map((asked) => `searchUsers(query: "bob") { edges { node { ${asked} } } }`),
    fc.constantFrom('feed(first: 0) { id }', 'other: feed(userId: 1) { id content }', 'post(id: "no") { id }', '__typename'),
  )
}

// Fields of one name but other arguments are no query: each has a name of its own, or is asked for with the same ones.
const query = fc
  .array(rootField(), { minLength: 1, maxLength: 3 })
  .map((fields) => `{ ${fields.map((field, place) => (/^\w+:/.test(field) ? field : `r${place}: ${field}`)).join(' ')} }`)
  .map((text) => (text.includes('...F') ? `${text} fragment F on Post { id likeCount author { username } viewerHasLiked }` : text))

describe('what is plain is written as text', () => {
  it('and says what execution says, before and after everything that changes it, to everybody', async () => {
    const person = fc.constantFrom('alice', 'bob', 'carol', 'nobody')
    const change = fc.constantFrom<() => Promise<unknown>>(
      async () => {},
      () => like(nexus, people.carol, posts[1] as string),
      () => unlike(nexus, people.carol, posts[1] as string),
      () => edit(`changed ${Math.random()}`),
      () =>
        nexus.ask('mutation ($name: String) { updateUser(displayName: $name) { user { id } } }', people.bob.token, {
          name: `Bob ${Math.random()}`.slice(0, 20),
        }),
    )
    const cases = fc.record({ query, person, other: person, change: change, warm: fc.boolean() })
    await checkProperty(
      cases,
      async ({ query, person, other, change, warm }) => {
        const text = query.replaceAll('POST', `"${posts[1]}"`)
        const who = (name: string) => (people as Record<string, Person | undefined>)[name]
        if (warm) await forgetWrites(nexus)
        await sameAnswers(text, who(person))
        await sameAnswers(text, who(other))
        await change()
        await nexus.ask('{ __typename }') // waits until everybody has heard
        if (warm) await forgetWrites(nexus)
        await sameAnswers(text, who(person))
      },
      40,
    )
  })

  it('and an edit, a like, another name and a deletion are in the next answer', async () => {
    const { alice, bob, carol } = people
    const text = '{ feed { id content likeCount viewerHasLiked author { displayName } } }'
    const one = await post(nexus, bob, 'as it was')
    const shown = async (person: Person) => {
      await nexus.ask('{ __typename }')
      await forgetWrites(nexus)
      const { data } = JSON.parse(await sameAnswers(text, person)) as { data: { feed: Record<string, unknown>[] } }
      return data.feed.find(({ id }) => id === one)
    }
    expect(await shown(alice)).toMatchObject({ content: 'as it was', likeCount: 0, viewerHasLiked: false })
    await like(nexus, alice, one)
    expect(await shown(alice)).toMatchObject({ likeCount: 1, viewerHasLiked: true })
    await nexus.ask('mutation ($id: ID!) { updatePost(id: $id, content: "as it is") { post { id } } }', bob.token, { id: one })
    await nexus.ask('mutation { updateUser(displayName: "Robert") { user { id } } }', bob.token)
    expect(await shown(alice)).toMatchObject({ content: 'as it is', author: { displayName: 'Robert' } })
    expect(await shown(carol), 'carol does not follow bob').toBeUndefined()
    await nexus.ask('mutation ($id: ID!) { deletePost(id: $id) }', bob.token, { id: one })
    expect(await shown(alice)).toBeUndefined()
  })

  it('and errors stand where they stood', async () => {
    const refused = '{ a: feed { id } b: feed(userId: 999) { content } }'
    expect(await sameAnswers(refused, people.alice)).toContain('"path":["b"]')
    expect(await sameAnswers('query { feed { id } }', undefined)).toContain('UNAUTHENTICATED')
    expect(await sameAnswers('{ me { username } post(id: "1") { id } __typename }', undefined)).toBe(
      '{"data":{"me":null,"post":null,"__typename":"Query"}}',
    )
  })

  it('and is kept with a row in few ways, and over all rows in no more than fits', () => {
    const kept = openKeptTexts(1000)
    const rows = Array.from({ length: 20 }, () => ({ texts: [] as unknown[] }))
    const writer = {}
    for (const row of rows) kept.keep(row, writer, ['a'.repeat(100)])
    expect(rows.filter((row) => kept.recall(row, writer)).length).toBe(5)
    const one = { texts: [] as unknown[] }
    for (let place = 0; place < 10; place += 1) kept.keep(one, { place }, ['a'])
    expect(one.texts.length).toBe(4)
    const other = {}
    kept.keep(other, writer, ['a'])
    expect(kept.recall(other, writer), 'a row without a place for it').toBeUndefined()
  })
})

async function edit(content: string): Promise<void> {
  const { token } = people.bob
  await nexus.ask('mutation ($id: ID!, $content: String!) { updatePost(id: $id, content: $content) { post { id } } }', token, {
    id: posts[1],
    content: `#tag @carol ${content}`,
  })
}
