import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementChannel } from '../../src/platform/database/connection.ts'
import { declaredStatements } from '../../src/platform/database/statement.ts'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'

const [USERS, POSTS, FOLLOWED] = [20_000, 20_000, 40]
/** Tables that grow with the world: none is ever read from end to end. */
const BIG = [
  'users',
  'sessions',
  'posts',
  'follows',
  'comments',
  'likes',
  'comment_likes',
  'shares',
  'post_counts',
  'comment_counts',
  'post_tags',
  'user_counts',
  'post_words',
  'user_words',
]
const NEWEST = Number.MAX_SAFE_INTEGER
const PAGE = 21

let nexus: Nexus
let alice: Person
let session: string
let posts: number[], comments: number[]

beforeAll(async () => {
  // Without the worker, so that whatever statement runs is the request's.
  nexus = await startNexus({ roles: ['api'], environment: { REDIS_URL: '', AMQP_URL: '' } }) // what SQL alone does
  ;({ alice } = await cast(nexus, 'alice'))
  session = (await nexus.sql<{ id: string }>('select id from sessions where user_id = $1', [alice.id]))[0]!.id
  await makeWorld()
  posts = (await nexus.sql<{ id: number }>('select id from posts order by id desc limit 20')).map((row) => row.id)
  comments = (await nexus.sql<{ id: number }>('select id from comments where parent_id is null order by id desc limit 20')).map(
    (row) => row.id,
  )
})
afterAll(() => nexus.close())

/** 20,000 people, each with a session and a post; alice follows 40, who have 20 posts each, all with comments, replies, likes and a quote. */
async function makeWorld(): Promise<void> {
  await nexus.sql(`insert into users (username, email) select 'crowd_' || i, 'crowd' || i || '@mail.test' from generate_series(1, $1) i`, [
    USERS,
  ])
  await nexus.sql(`insert into sessions (user_id, expires_at) select id, now() + interval '1 day' from users where id <> $1`, [alice.id])
  await nexus.sql(
    `insert into posts (id, author_id, content) select id, case when n % 25 = 0 then 2 + (n / 25) % 40 else 2 + n % $2 end, 'post ' || n
     from unnest(new_ids(1, (select array_agg(now() - make_interval(secs => $1 - i) order by i) from generate_series(1, $1) i))) with ordinality as made (id, n)`,
    [POSTS, USERS],
  )
  await nexus.sql('insert into follows (follower_id, following_id) select $1, 1 + i from generate_series(1, $2::int) i', [
    alice.id,
    FOLLOWED,
  ])
  await nexus.sql(
    'insert into follows (follower_id, following_id) select 100 + i % 2000, 2 + (i * 7) % 90 from generate_series(1, 20000) i on conflict do nothing',
  )
  const heard = 'posts where author_id between 2 and 41'
  await nexus.sql(`update posts set quoted_post_id = (select min(id) from posts where author_id > 1000) where author_id between 2 and 41`)
  const someone = (step: number) => `100 + (i * 991 + n * ${step}) % (${USERS} - 100)`
  const each = `(select id, row_number() over () as n from ${heard}) p cross join generate_series`
  await nexus.sql(`insert into comments (post_id, author_id, text) select p.id, ${someone(37)}, 'comment' from ${each}(1, 5) i`)
  await nexus.sql(
    `insert into comments (post_id, author_id, parent_id, text) select post_id, ${someone(41)}, id, 'reply'
     from (select id, post_id, row_number() over () as n from comments) c cross join generate_series(1, 2) i`,
  )
  await nexus.sql(`insert into likes (user_id, post_id) select ${someone(43)}, p.id from ${each}(1, 30) i`)
  await nexus.sql(`insert into shares (user_id, post_id) select ${someone(47)}, p.id from ${each}(1, 10) i`)
  await nexus.sql(
    `with made as (
       select id, n from unnest(new_ids(2, (select array_agg(now() - make_interval(secs => 400 * i) order by i desc) from generate_series(1, $1) i)))
         with ordinality as made (id, n)
     ), shared as (select id, row_number() over (order by id desc) as n from posts where author_id > 1000 limit $1)
     insert into shares (id, user_id, post_id) select made.id, 1 + made.n, shared.id from made join shared using (n)`,
    [FOLLOWED],
  )
  await nexus.sql(
    `insert into post_tags (post_id, tag, written) select id, 'many', 'many' from posts union all select id, 'tag_' || id, 'x' from posts`,
  )
  await nexus.sql('vacuum analyze')
}

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  Plans?: Plan[]
}

/** The hot statements, what they are asked with, and the indexes that must answer. */
const HOT: Record<string, { values(): unknown[]; indexes: string[] }> = {
  'feeds.home-feed-truth': { values: () => [alice.id, true, NEWEST, PAGE, true], indexes: ['posts_of_author', 'shares_of_user'] },
  'feeds.entries-by-ids': { values: () => [alice.id, posts], indexes: ['posts_pkey'] },
  'feeds.post-rows': { values: () => [posts], indexes: ['posts_pkey', 'post_counts_pkey'] },
  'posts.of-authors': { values: () => [[2, 3, 4], alice.id, NEWEST, PAGE], indexes: ['posts_of_author'] },
  'posts.by-ids': { values: () => [posts, alice.id], indexes: ['posts_pkey'] },
  'posts.tagged': { values: () => ['many', alice.id, NEWEST, PAGE], indexes: ['post_tags_of_tag', 'posts_pkey'] },
  'accounts.users-by-usernames': { values: () => [['crowd_7', 'crowd_8']], indexes: ['users_username_key'] },
  'trends.posts-as-seen': { values: () => [alice.id, posts], indexes: ['posts_pkey', 'post_counts_pkey'] },
  'trends.tags-standing': {
    values: () => [alice.id, posts.map((id) => `tag_${id}`), posts],
    indexes: ['post_tags_pkey|post_tags_of_tag', 'posts_pkey'],
  },
  'posts.public-feed': { values: () => [alice.id, NEWEST, PAGE], indexes: ['posts_public'] },
  'posts.public-media-span': { values: () => [alice.id, NEWEST, 0, PAGE], indexes: ['posts_public_with_media'] },
  'interactions.comments-of-posts': { values: () => [posts, alice.id, 0, PAGE], indexes: ['comments_at_top'] },
  'interactions.replies-of-comments': { values: () => [comments, alice.id, 0, PAGE], indexes: ['comments_of_parent'] },
  'interactions.comments-by-ids': { values: () => [comments, alice.id], indexes: ['comments_pkey'] },
  'interactions.likes-of-posts': { values: () => [posts, alice.id, NEWEST, PAGE], indexes: ['likes_of_post'] },
  'interactions.shares-of-posts': { values: () => [posts, alice.id, NEWEST, PAGE], indexes: ['shares_of_post'] },
  'interactions.counts-of-posts': { values: () => [posts], indexes: ['post_counts_pkey'] },
  'interactions.counts-of-comments': { values: () => [comments], indexes: ['comment_counts_pkey'] },
  'interactions.liked-posts': { values: () => [String(alice.id), posts.join()], indexes: ['likes_user_id_post_id_key'] },
  'search.ranked-posts': {
    values: () => ["('post' & '7') | 'nowhere'", NEWEST, 0, 300],
    indexes: ['post_words_by_word', 'post_words_pkey'],
  },
  'search.ranked-people': {
    values: () => ['crowd_777', "'n/crowd777':*", "'n/crowd777':* | 'd/nobdy'", "'nowhere'", alice.id, -1, 0, PAGE],
    indexes: ['user_words_by_word', 'users_by_name', 'users_pkey'],
  },
  'accounts.counts-of-users': { values: () => [[2, 3, 4]], indexes: ['user_counts_pkey'] },
  'accounts.users-by-ids': { values: () => [[2, 3, 4]], indexes: ['users_pkey'] },
  'accounts.user-by-username': { values: () => ['Crowd_7'], indexes: ['users_username_key'] },
  'accounts.viewers-of-sessions': { values: () => [session, String(alice.id)], indexes: ['sessions_pkey|sessions_user', 'users_pkey'] },
  'relationships.followers': { values: () => [[2, 3, 4], NEWEST, PAGE, 0], indexes: ['follows_of_following'] },
  'relationships.following': {
    values: () => [[alice.id, 200], NEWEST, PAGE, 0],
    indexes: ['follows_of_follower|follows_follower_id_following_id_key'],
  },
  'relationships.to-users': { values: () => [alice.id, [2, 3, 4]], indexes: ['follows_follower_id_following_id_key'] },
}

/** Plans a statement as a connection does that has it prepared: with these values, or for any, as PostgreSQL does after some runs. */
async function explain(
  client: pg.Client,
  name: string,
  mode: 'force_custom_plan' | 'force_generic_plan',
  values: readonly unknown[] = HOT[name]!.values(),
): Promise<Plan> {
  const text = declaredStatements().find((each) => each.name === name)?.text
  await client.query(`set plan_cache_mode = ${mode}`)
  await client.query(`prepare hot as ${text}`)
  const literals = values.map(literalOf)
  const { rows } = await client.query(`explain (analyze, format json) execute hot(${literals.join(', ')})`)
  await client.query('deallocate hot')
  return rows[0]['QUERY PLAN'][0].Plan
}

function literalOf(value: unknown): string {
  return Array.isArray(value) ? `'{${value.join(',')}}'` : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

function rowsOf(plan: Plan): number {
  return plan['Actual Rows'] * plan['Actual Loops']
}

describe.each(['force_custom_plan', 'force_generic_plan'] as const)('with %s', (mode) => {
  it.each(Object.keys(HOT))('%s is answered from its indexes, and reads and sorts no more than a few pages', async (name) => {
    const plan = await nexus.app.database.session((client) => explain(client, name, mode))
    const nodes = nodesOf(plan)
    const scannedWhole = nodes.filter((node) => node['Node Type'] === 'Seq Scan' && BIG.includes(node['Relation Name'] ?? ''))
    expect(scannedWhole.map((node) => node['Relation Name'])).toEqual([])
    const used = nodes.map((node) => node['Index Name'] ?? '')
    for (const index of HOT[name]!.indexes) expect(used).toContainEqual(expect.stringMatching(`^(${index})$`))
    // Of each of 40 followed authors two lists of a page at most, and what lies around them; far from 12,000 posts.
    const most = name === 'feeds.home-feed-truth' ? 2 * (FOLLOWED + 1) * PAGE : 20 * PAGE
    for (const node of nodes.filter((each) => /Sort|Scan/.test(each['Node Type']))) {
      expect([node['Node Type'], node['Relation Name'], rowsOf(node) <= most]).toEqual([node['Node Type'], node['Relation Name'], true])
    }
  })

  it('the ids of a home feed come from the indexes alone', async () => {
    const nodes = nodesOf(await nexus.app.database.session((client) => explain(client, 'feeds.home-feed-truth', mode)))
    for (const index of ['posts_of_author', 'shares_of_user']) {
      const kinds = new Set(nodes.filter((node) => node['Index Name'] === index).map((node) => node['Node Type']))
      expect([...kinds]).toEqual(['Index Only Scan'])
    }
  })
})

/** What is computed once for everybody, over a moment of the window: nothing that is older is touched. */
describe('a ranking', () => {
  const window = [0.001, 900, 10, 100_000]
  it.each([
    ['trends.rank-posts', [...window, 500], ['likes_by_time', 'comments_pkey', 'shares_pkey']],
    ['trends.rank-tags', [...window, 200, 10], ['post_tags_pkey']],
  ] as const)('%s is computed from its indexes', async (name, values, indexes) => {
    const nodes = nodesOf(await nexus.app.database.session((client) => explain(client, name, 'force_custom_plan', values)))
    expect(nodes.filter((node) => node['Node Type'] === 'Seq Scan' && BIG.includes(node['Relation Name'] ?? ''))).toEqual([])
    expect(nodes.map((node) => node['Index Name'])).toEqual(expect.arrayContaining([...indexes]))
    for (const node of nodes) expect(rowsOf(node)).toBeLessThan(PAGE)
  })
})

it('every statement that is declared can be prepared against the schema', async () => {
  await nexus.app.database.session(async (client) => {
    for (const { name, text } of declaredStatements()) {
      await client.query(`prepare probe as ${text}`).catch((error: Error) => expect([name, error.message]).toEqual([name, 'is prepared']))
      await client.query('deallocate all')
    }
  })
  expect(declaredStatements().length).toBeGreaterThan(60)
})

describe('the number of statements of a query', () => {
  const COMMENTS =
    'comments(first: 3) { edges { node { text likeCount viewerHasLiked author { username } replies(first: 2) { edges { node { text author { username } } } } } } }'
  const ENTITIES = 'tags entities { kind start end text tag url user { username } }'
  const POST = `content ${ENTITIES} likeCount viewerHasLiked author { username followerCount viewerFollows } ${COMMENTS}
    likes(first: 3) { edges { node { user { username } } } } shares(first: 3) { edges { node { user { username } } } } quotedPost { content author { username } likeCount }`
  /** Each with how often a statement may be run that is asked for in several places of the query: once a place, when its answers come. */
  const QUERIES: Record<string, { query: string; places: Record<string, number> }> = {
    homeFeed: {
      query: `query ($n: Int!) { homeFeed(first: $n) { edges { node { ${POST} } sharedBy { username } } } }`,
      places: { 'accounts.users-by-ids': 7, 'interactions.counts-of-posts': 2 },
    },
    feed: {
      query: `query ($n: Int!) { feed(first: $n) { ${POST} } }`,
      places: { 'accounts.users-by-ids': 6, 'interactions.counts-of-posts': 2 },
    },
    'the followers of a user': {
      query: `query ($n: Int!) { user(id: 2) { posts { edges { node { ${COMMENTS} } } } followers(first: $n) { edges { node {
        username postCount followsViewer posts(first: 2) { edges { node { likeCount } } } followers(first: 2) { edges { node { id } } } } } } } }`,
      places: { 'accounts.users-by-ids': 5, 'posts.of-authors': 2, 'relationships.followers': 2 },
    },
    taggedPosts: {
      query: `query ($n: Int!) { taggedPosts(tag: "many", first: $n) { edges { node { ${POST} } } } }`,
      places: { 'accounts.users-by-ids': 6, 'interactions.counts-of-posts': 2 },
    },
    'what trends': {
      query: `query ($n: Int!) { trendingPosts(first: $n) { ${POST} } trendingTags(first: $n) { tag postCount } }`,
      places: { 'accounts.users-by-ids': 5 },
    },
    users: {
      query: `query ($n: Int!) { users(first: $n) { edges { node { username postCount viewerFollows
        posts(first: 2) { edges { node { content commentCount quotedPost { id } } } } following(first: 2) { edges { node { username } } } } } } }`,
      places: {},
    },
  }

  async function statementsOf(query: string, n: number): Promise<string[]> {
    const names: string[] = []
    const note = (message: unknown) => names.push((message as { name: string }).name)
    statementChannel.subscribe(note)
    await nexus.ask(query, alice.token, { n })
    statementChannel.unsubscribe(note)
    // What is due meanwhile is no part of it: a ranking is computed for everybody, facts are looked for each second.
    return names.filter((each) => !/^(trends\.rank-|outbox\.|broadcast\.)/.test(each)).sort()
  }

  it.each(Object.keys(QUERIES))('does not grow from 5 to 50 of %s: each is run once, or once a place', async (name) => {
    const { query, places } = QUERIES[name]!
    const expected = [...new Set(await statementsOf(query, 5))]
    expect(expected.length).toBeGreaterThan(5)
    for (const n of [50, 5, 50]) {
      const times = Map.groupBy(await statementsOf(query, n), (each) => each)
      expect([...times.keys()]).toEqual(expected)
      for (const [statement, { length }] of times) expect([statement, length <= (places[statement] ?? 1)]).toEqual([statement, true])
    }
  })
})
