import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { checkProperty } from './check-property.ts'

// Words that no stemmer touches and no language has among its stop words.
const WORDS = ['zub', 'Kort', 'pämp', '北京', '7'] as const
const FOLDED: Record<string, string> = { zub: 'zub', Kort: 'kort', pämp: 'pamp', 北京: '北京', '7': '7' }

interface World {
  posts: { author: number; words: string[]; followers: boolean; hidden: boolean }[]
  follows: boolean[]
  blocks: boolean[]
  groups: { wanted: string[]; unwanted: string[] }[]
  first: number
}

const word = fc.constantFrom(...WORDS)
const worlds: fc.Arbitrary<World> = fc.record({
  posts: fc.array(
    fc.record({
      author: fc.nat(2),
      words: fc.array(word, { minLength: 1, maxLength: 4 }),
      followers: fc.boolean(),
      hidden: fc.nat(5).map((n) => n === 0),
    }),
    { maxLength: 12 },
  ),
  follows: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  blocks: fc.array(
    fc.nat(3).map((n) => n === 0),
    { minLength: 3, maxLength: 3 },
  ),
  groups: fc.array(fc.record({ wanted: fc.array(word, { maxLength: 2 }), unwanted: fc.array(word, { maxLength: 1 }) }), {
    minLength: 1,
    maxLength: 2,
  }),
  first: fc.integer({ min: 1, max: 5 }),
})

let nexus: Nexus
let viewer: { id: number; token: string }
let authors: number[]

beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
  viewer = await nexus.signUp('viewer')
  authors = [viewer.id, (await nexus.signUp('bob')).id, (await nexus.signUp('carol')).id]
})
afterAll(() => nexus.close())

it('finds what a plain look at every post finds, page by page, each once', () => checkProperty(worlds, holds, 40))

async function holds(world: World): Promise<void> {
  await nexus.sql('delete from posts')
  await nexus.sql('delete from follows')
  await nexus.sql('delete from blocks')
  for (const [index, author] of authors.entries()) {
    if (index === 0) continue
    if (world.blocks[index]) await nexus.sql('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [author, viewer.id])
    else if (world.follows[index]) await nexus.sql('insert into follows (follower_id, following_id) values ($1, $2)', [viewer.id, author])
  }
  for (const { author, words, followers, hidden } of world.posts)
    await nexus.sql(`insert into posts (author_id, content, visibility, hidden_at) values ($1, $2, $3, case when $4 then now() end)`, [
      authors[author],
      words.join(' '),
      followers ? 'FOLLOWERS' : 'PUBLIC',
      hidden,
    ])
  const query = world.groups.map(({ wanted, unwanted }) => [...wanted, ...unwanted.map((each) => `-${each}`)].join(' ')).join(' or ')
  if (query.trim() === '') return
  const found = (await readAll(query, world.first)).toSorted()
  const expected = world.posts.filter((post) => isVisible(world, post) && matches(world, post.words)).map(({ words }) => words.join(' '))
  if (JSON.stringify(found) !== JSON.stringify(expected.toSorted()))
    throw new Error(`"${query}" found ${JSON.stringify(found)}, not ${JSON.stringify(expected.toSorted())}`)
}

function isVisible({ follows, blocks }: World, { author, followers, hidden }: World['posts'][number]): boolean {
  if (author === 0) return true
  return !hidden && !blocks[author] && (!followers || follows[author] === true)
}

function matches({ groups }: World, words: string[]): boolean {
  const there = new Set(words.map((each) => FOLDED[each]))
  return groups.some(
    ({ wanted, unwanted }) =>
      wanted.length > 0 && wanted.every((each) => there.has(FOLDED[each])) && unwanted.every((each) => !there.has(FOLDED[each])),
  )
}

async function readAll(query: string, first: number): Promise<string[]> {
  const contents: string[] = []
  for (let after: string | null = null; ; ) {
    const { searchPosts } = await nexus.ask(
      'query ($query: String!, $first: Int, $after: String) { searchPosts(query: $query, first: $first, after: $after) { edges { node { content } } pageInfo { hasNextPage endCursor } } }',
      viewer.token,
      { query, first, after },
    )
    contents.push(...searchPosts.edges.map((edge: { node: { content: string } }) => edge.node.content))
    if (!searchPosts.pageInfo.hasNextPage) return contents
    after = searchPosts.pageInfo.endCursor
  }
}
