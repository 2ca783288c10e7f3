import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { comment, deletePost, type Page, readPages, refusedFor, share } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, dan: Person, erin: Person
let postId: string, commentId: string

/** As many posts of an author as wanted, all in the millisecond `age` ago. Answers their ids, ascending. */
async function postsAt(author: Person, count: number, age: string): Promise<string[]> {
  const rows = await nexus.sql<{ id: number }>(
    `insert into posts (id, author_id, content) select id, $1, 'post ' || n
     from unnest(new_ids(1, array_fill(date_trunc('milliseconds', now()) - $3::interval, array[$2::int]))) with ordinality as made (id, n)
     returning id`,
    [author.id, count, age],
  )
  return rows.map((row) => String(row.id))
}

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, dan, erin } = await cast(nexus, 'alice', 'bob', 'carol', 'dan', 'erin'))
  await follow(nexus, alice, bob)
  for (const name of ['crowd', 'foes']) {
    await nexus.sql(`insert into users (username, email) select $1 || '_' || i, $1 || i || '@mail.test' from generate_series(1, 23) i`, [
      name,
    ])
  }
  postId = await post(nexus, carol, 'what many react to')
  commentId = await comment(nexus, carol, postId, 'what many reply to')
  const crowd = "from users where username like 'crowd%'"
  await nexus.sql(`insert into likes (user_id, post_id) select id, $1 ${crowd}`, [postId])
  await nexus.sql(`insert into shares (user_id, post_id) select id, $1 ${crowd}`, [postId])
  await nexus.sql(`insert into comments (author_id, post_id, text) select id, $1, 'top' ${crowd}`, [postId])
  await nexus.sql(`insert into comments (author_id, post_id, parent_id, text) select id, $1, $2, 'reply' ${crowd}`, [postId, commentId])
  await nexus.sql(`insert into follows (follower_id, following_id) select $1, id ${crowd}`, [carol.id])
  await nexus.sql(`insert into follows (follower_id, following_id) select id, $1 ${crowd}`, [carol.id])
  await nexus.sql(`insert into blocks (blocker_id, blocked_id) select $1, id from users where username like 'foes%'`, [carol.id])
  await nexus.sql(`insert into mutes (muter_id, muted_id) select $1, id from users where username like 'foes%'`, [carol.id])
  for (let i = 0; i < 23; i += 1) {
    await nexus.ask('mutation ($id: ID!, $c: String) { updatePost(id: $id, content: $c) { post { id } } }', carol.token, {
      id: postId,
      c: `wording ${i}`,
    })
  }
})
afterAll(() => nexus.close())

describe('fifty posts of one millisecond', () => {
  const QUERY = {
    homeFeed: `query ($after: String) { list: homeFeed(first: 7, after: $after) { edges { cursor node { id content createdAt } } pageInfo { hasNextPage endCursor } } }`,
    publicFeed: `query ($after: String) { list: publicFeed(first: 7, after: $after) { edges { cursor node { id content createdAt } } pageInfo { hasNextPage endCursor } } }`,
  }
  let ids: string[]
  beforeAll(async () => {
    const older = await postsAt(bob, 10, '2 hours')
    ids = [...older, ...(await postsAt(bob, 50, '1 hour'))]
  })

  it.each(['homeFeed', 'publicFeed'] as const)(
    'are paged by 7 in %s while new ones arrive: strictly ordered, no gap, no repeat',
    async (list) => {
      const pages = await readPages(async (after) => {
        const answer = await nexus.ask(QUERY[list], alice.token, { after })
        await post(nexus, bob, 'while alice was reading')
        return answer.list
      })
      const nodes = pages.flatMap((page) => page.edges.map((edge) => edge.node))
      const seen = nodes.map((node) => node.id)
      expect(seen.map(Number)).toEqual(seen.map(Number).sort((a, b) => b - a))
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.filter((id) => ids.includes(id))).toEqual([...ids].reverse())
      expect(nodes.filter((node) => node.content.startsWith('post')).map((node) => node.createdAt)).toEqual(
        expect.arrayContaining([nodes.find((node) => node.id === ids[30]).createdAt]),
      )
      expect(new Set(nodes.filter((node) => ids.slice(10).includes(node.id)).map((node) => node.createdAt)).size).toBe(1)
      for (const page of pages) expect(page.edges.length).toBeLessThanOrEqual(7)
    },
  )

  it('are paged by 7 in feed, by `before`', async () => {
    const seen: string[] = []
    for (let before: string | null = null; ; before = seen.at(-1)!) {
      const { feed }: { feed: { id: string }[] } = await nexus.ask(
        'query ($before: ID) { feed(first: 7, before: $before) { id } }',
        alice.token,
        { before },
      )
      if (feed.length === 0) break
      seen.push(...feed.map((each) => each.id))
      await post(nexus, bob, 'while alice was reading')
    }
    expect(seen.filter((id) => ids.includes(id))).toEqual([...ids].reverse())
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('stay in place for a cursor made of one that is deleted: what was there and still is comes once', async () => {
    const { list: first } = await nexus.ask(QUERY.homeFeed, alice.token, { after: null })
    const { cursor, node } = first.edges.at(-1)
    await deletePost(nexus, bob, node.id)
    const { list: second } = await nexus.ask(QUERY.homeFeed, alice.token, { after: cursor })
    const expected = (
      await nexus.sql<{ id: number }>('select id from posts where author_id = $1 and id < $2 order by id desc limit 7', [bob.id, node.id])
    ).map((row) => String(row.id))
    expect(second.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(expected)
  })
})

/** Every connection: how it is asked for, where it stands in the answer, and the length of its whole. */
const LISTS: Record<string, { query(args: string): string; path: string[]; length: number }> = {
  users: { query: (args) => `{ users${args} { ...page } }`, path: ['users'], length: 51 },
  posts: { query: (args) => `{ user(username: "dan") { posts${args} { ...page } } }`, path: ['user', 'posts'], length: 23 },
  followers: { query: (args) => `{ user(username: "carol") { followers${args} { ...page } } }`, path: ['user', 'followers'], length: 23 },
  following: { query: (args) => `{ user(username: "carol") { following${args} { ...page } } }`, path: ['user', 'following'], length: 23 },
  blockedUsers: { query: (args) => `{ blockedUsers${args} { ...page } }`, path: ['blockedUsers'], length: 23 },
  mutedUsers: { query: (args) => `{ mutedUsers${args} { ...page } }`, path: ['mutedUsers'], length: 23 },
  homeFeed: { query: (args) => `{ homeFeed${args} { ...page } }`, path: ['homeFeed'], length: 23 },
  publicFeed: { query: (args) => `{ publicFeed${args} { ...page } }`, path: ['publicFeed'], length: 24 },
  comments: { query: (args) => `{ post(id: "POST") { comments${args} { ...page } } }`, path: ['post', 'comments'], length: 24 },
  likes: { query: (args) => `{ post(id: "POST") { likes${args} { ...page } } }`, path: ['post', 'likes'], length: 23 },
  shares: { query: (args) => `{ post(id: "POST") { shares${args} { ...page } } }`, path: ['post', 'shares'], length: 23 },
  edits: { query: (args) => `{ post(id: "POST") { edits${args} { ...page } } }`, path: ['post', 'edits'], length: 23 },
  replies: { query: (args) => `{ comment(id: "COMMENT") { replies${args} { ...page } } }`, path: ['comment', 'replies'], length: 23 },
}
const CONNECTIONS: Record<string, string> = {
  ...{ users: 'User', followers: 'User', following: 'User', blockedUsers: 'User', mutedUsers: 'User' },
  ...{
    posts: 'Post',
    publicFeed: 'Post',
    homeFeed: 'Feed',
    comments: 'Comment',
    replies: 'Comment',
    likes: 'Like',
    shares: 'Share',
    edits: 'PostEdit',
  },
}

/** A home feed is erin's, who follows dan; the lists of whom somebody blocked and muted are carol's. */
function viewerOf(name: string): Person {
  return name === 'homeFeed' ? erin : carol
}

function ask(name: string, args: string): string {
  const page = `fragment page on ${CONNECTIONS[name]}Connection { edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`
  return `${LISTS[name]!.query(args).replace('POST', postId).replace('COMMENT', commentId)} ${page}`
}

async function readList(name: string, args: string): Promise<Page> {
  let found = await nexus.ask(ask(name, args), viewerOf(name).token)
  for (const key of LISTS[name]!.path) found = found[key]
  return found
}

describe('every list', () => {
  beforeAll(async () => {
    await nexus.sql('delete from posts where author_id = $1', [bob.id])
    await follow(nexus, erin, dan)
    await postsAt(dan, 23, '3 hours')
  })

  describe.each(Object.keys(LISTS))('%s', (name) => {
    it('is the same in odd pages as at once, forward from cursor to cursor', async () => {
      const whole = await readList(name, '(first: 100)')
      const cursors = whole.edges.map((edge) => edge.cursor)
      expect(new Set(cursors).size).toBe(LISTS[name]!.length)
      expect(cursors.length).toBe(LISTS[name]!.length)
      for (const size of [3, 7]) {
        const pages = await readPages((after) =>
          readList(name, after === null ? `(first: ${size})` : `(first: ${size}, after: "${after}")`),
        )
        expect(pages.flatMap((page) => page.edges.map((edge) => edge.cursor))).toEqual(cursors)
        for (const [i, { edges, pageInfo }] of pages.entries()) {
          expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges[0].cursor, edges.at(-1).cursor])
          const last = i === pages.length - 1
          expect([edges.length, pageInfo.hasNextPage, pageInfo.hasPreviousPage]).toEqual([
            last ? cursors.length % size || size : size,
            !last,
            i > 0,
          ])
        }
      }
    })

    it('is 20 long by default and for null, at most 100, and nothing below the last', async () => {
      const { edges } = await readList(name, '')
      expect(edges).toHaveLength(20)
      expect((await readList(name, '(first: null, after: null)')).edges).toEqual(edges)
      const { pageInfo } = await readList(name, '(first: 100)')
      expect(await readList(name, `(after: "${pageInfo.endCursor}")`)).toEqual({
        edges: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
      })
    })

    it('is empty or whole beyond any id that there is, for a cursor that somebody made up', async () => {
      const { cursor } = (await readList(name, '(first: 1)')).edges[0]
      const list = Buffer.from(cursor, 'base64url').toString().split(':')[0]
      for (const id of [2 ** 31, 2 ** 53 - 1]) {
        const { edges } = await readList(name, `(first: 100, after: "${Buffer.from(`${list}:${id}`).toString('base64url')}")`)
        expect([0, LISTS[name]!.length]).toContain(edges.length)
      }
    })

    it.each([0, 101, -1, 2147483647])('refuses first: %i, naming it', async (first) => {
      expect(await refusedFor(nexus, ask(name, `(first: ${first})`), viewerOf(name).token)).toBe('BAD_USER_INPUT first')
    })

    it('refuses what is no cursor, and a cursor of every other list, naming after', async () => {
      const made = (text: string) => Buffer.from(text).toString('base64url')
      for (const wrong of [
        '',
        'nonsense',
        '1',
        made(':1'),
        made(`${name}:-1`),
        made(`${name}:x`),
        made(`${name}:1:2`),
        made('\u0000'),
        made(`${name}:99999999999999999999`),
      ]) {
        expect([wrong, await refusedFor(nexus, ask(name, `(after: "${wrong}")`), viewerOf(name).token)]).toEqual([
          wrong,
          'BAD_USER_INPUT after',
        ])
      }
      for (const other of Object.keys(LISTS).filter((each) => each !== name)) {
        const { cursor } = (await readList(other, '(first: 1)')).edges[0]
        expect([other, await refusedFor(nexus, ask(name, `(after: "${cursor}")`), viewerOf(name).token)]).toEqual([
          other,
          'BAD_USER_INPUT after',
        ])
      }
    })
  })
})

describe('a home feed with shares', () => {
  it('shows each entry once down the pages, and a post never twice in a page', async () => {
    const { dora, frank, grace } = await cast(nexus, 'dora', 'frank', 'grace')
    for (const other of [frank, grace]) await follow(nexus, dora, other)
    const made: string[] = []
    for (let i = 0; i < 9; i += 1) made.push(await post(nexus, grace, `p${i}`))
    for (const id of made) await share(nexus, frank, id)
    const query =
      'query ($first: Int, $after: String) { homeFeed(first: $first, after: $after) { edges { cursor node { id content } reason sharedBy { username } } pageInfo { hasNextPage endCursor } } }'
    const contentsOf = (pages: Page[]) => pages.map((page) => page.edges.map((edge) => `${edge.node.content} ${edge.reason}`))
    for (const first of [1, 4, 7]) {
      const pages = await readPages(async (after) => (await nexus.ask(query, dora.token, { first, after })).homeFeed)
      for (const page of pages) expect(new Set(page.edges.map((edge) => edge.node.id)).size).toBe(page.edges.length)
      const entries = contentsOf(pages).flat()
      expect(new Set(entries).size).toBe(entries.length)
      expect(entries.filter((entry) => entry.endsWith('SHARED'))).toEqual(Array.from({ length: 9 }, (_, i) => `p${8 - i} SHARED`))
    }
    const [atOnce] = await readPages(async (after) => (await nexus.ask(query, dora.token, { first: 100, after })).homeFeed)
    expect(contentsOf([atOnce!])[0]).toEqual(Array.from({ length: 9 }, (_, i) => `p${8 - i} SHARED`))
  })
})
