import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAccessTokens } from '../../src/domain/accounts/access-tokens.ts'
import { cast, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { like, refusedFor, unlike } from './verbs.ts'

/** As tests/cast.ts gives it to each Nexus. */
const AUTH_SECRET = 'a secret of the tests, the same in all of them'
const CROWD = 200

let nexus: Nexus
let alice: Person, bob: Person
let crowd: Person[]

beforeAll(async () => {
  nexus = await startNexus({ environment: { RATE_LIMIT_WRITES: '100000' } })
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
  crowd = await bringCrowd()
})
afterAll(() => nexus.close())

/** Two hundred people, signed in: their passwords, which nobody types here, would take most of the test's time. */
async function bringCrowd(): Promise<Person[]> {
  const rows = await nexus.sql<{ id: number; username: string; session: string }>(
    `with people as (
       insert into users (username, email) select 'crowd_' || i, 'crowd' || i || '@mail.test' from generate_series(1, $1) i returning id, username
     ), opened as (
       insert into sessions (user_id, expires_at) select id, now() + interval '1 day' from people returning id, user_id
     ) select people.id, username, opened.id as session from people join opened on user_id = people.id order by people.id`,
    [CROWD],
  )
  const tokens = openAccessTokens(AUTH_SECRET)
  return Promise.all(
    rows.map(async ({ id, username, session }) => ({
      id,
      username,
      token: await tokens.issue({ userId: id, sessionId: session }),
      refreshToken: '',
    })),
  )
}

async function likesOf(id: string): Promise<{ shown: number; rows: number; likers: number }> {
  const { post: found } = await nexus.ask(
    'query ($id: ID!) { post(id: $id) { likeCount likes(first: 100) { edges { cursor } pageInfo { hasNextPage endCursor } } } }',
    undefined,
    { id },
  )
  const [row] = await nexus.sql<{ rows: number; likers: number }>(
    'select count(*)::int as rows, count(distinct user_id)::int as likers from likes where post_id = $1',
    [id],
  )
  return { shown: found.likeCount, ...row! }
}

describe('a like', () => {
  it('is one, done twice or thirty times at once, keeps its time, and is undone as often', async () => {
    const id = await post(nexus, bob, 'like me')
    await like(nexus, alice, id)
    const read = 'query ($id: ID!) { post(id: $id) { likeCount viewerHasLiked likes { edges { node { user { username } createdAt } } } } }'
    const first = await nexus.ask(read, alice.token, { id })
    expect(first.post).toEqual({
      likeCount: 1,
      viewerHasLiked: true,
      likes: { edges: [{ node: { user: { username: 'alice' }, createdAt: expect.stringMatching(/Z$/) } }] },
    })
    await Promise.all(Array.from({ length: 30 }, () => like(nexus, alice, id)))
    expect(await nexus.ask(read, alice.token, { id })).toEqual(first)
    await Promise.all(Array.from({ length: 30 }, () => unlike(nexus, alice, id)))
    expect(await nexus.ask(read, alice.token, { id })).toEqual({ post: { likeCount: 0, viewerHasLiked: false, likes: { edges: [] } } })
    await unlike(nexus, alice, id)
    expect(await likesOf(id)).toEqual({ shown: 0, rows: 0, likers: 0 })
  })

  it("may be of one's own post; lists show the newest first", async () => {
    const id = await post(nexus, bob, 'my own')
    for (const person of [bob, alice, crowd[0]!]) await like(nexus, person, id)
    const { post: found } = await nexus.ask(
      'query ($id: ID!) { post(id: $id) { likes { edges { node { user { username } } } } } }',
      undefined,
      { id },
    )
    expect(found.likes.edges.map((edge: { node: { user: { username: string } } }) => edge.node.user.username)).toEqual([
      'crowd_1',
      'alice',
      'bob',
    ])
  })

  it('is of a post that is there', async () => {
    for (const id of ['1', 'x', '']) {
      expect(await refusedFor(nexus, 'mutation ($id: ID!) { likePost(postId: $id) { post { id } } }', alice.token, { id })).toBe(
        'NOT_FOUND',
      )
    }
  })
})

describe('two hundred people', () => {
  it('who like at once are two hundred; who unlike at once leave none', async () => {
    const id = await post(nexus, bob, 'very popular')
    await Promise.all(crowd.map((person) => like(nexus, person, id)))
    expect(await likesOf(id)).toEqual({ shown: CROWD, rows: CROWD, likers: CROWD })
    await Promise.all(crowd.map((person, i) => (i % 2 === 0 ? unlike(nexus, person, id) : like(nexus, person, id))))
    expect(await likesOf(id)).toEqual({ shown: CROWD / 2, rows: CROWD / 2, likers: CROWD / 2 })
    await Promise.all(crowd.map((person) => unlike(nexus, person, id)))
    expect(await likesOf(id)).toEqual({ shown: 0, rows: 0, likers: 0 })
  })

  it('who storm two posts in both directions leave exact counts', async () => {
    const [one, other] = [await post(nexus, bob, 'one'), await post(nexus, bob, 'other')]
    const BOTH = (first: string, second: string) =>
      `mutation ($one: ID!, $other: ID!) { a: ${first}(postId: $one) { post { id } } b: ${second}(postId: $other) { post { id } } }`
    const storm = crowd.flatMap((person, i) => {
      const ids = i % 2 === 0 ? { one, other } : { one: other, other: one }
      return ['likePost', 'unlikePost', 'likePost']
        .slice(0, 1 + (i % 3))
        .map((verb, n) => nexus.gql(BOTH(verb, n === 1 ? 'likePost' : verb), { token: person.token, variables: ids }))
    })
    const answers = await Promise.all(storm)
    expect(answers.filter((answer) => answer.errors)).toEqual([])
    for (const id of [one, other]) {
      const { shown, rows, likers } = await likesOf(id)
      expect([shown, likers]).toEqual([rows, rows])
    }
  })

  it('and a post deleted under them: each is told NOT_FOUND or was in time, and nothing is left', async () => {
    const id = await post(nexus, bob, 'soon deleted')
    const LIKE = 'mutation ($id: ID!) { likePost(postId: $id) { post { id } } }'
    const likes = crowd.slice(0, 100).map((person) => nexus.refusal(LIKE, person.token, { id }))
    const deleted = nexus.ask('mutation ($id: ID!) { deletePost(id: $id) }', bob.token, { id })
    const codes = new Set(await Promise.all(likes))
    await deleted
    expect([...codes].filter((code) => code !== undefined && code !== 'NOT_FOUND')).toEqual([])
    for (const table of ['likes', 'post_counts']) expect(await nexus.sql(`select 1 from ${table} where post_id = $1`, [id])).toEqual([])
  })
})

it('meets no deadlock when transactions of raw SQL like and unlike many posts in opposite orders', async () => {
  const world = await startNexus({ databaseUrl: nexus.databaseUrl, roles: ['api'] })
  const ids = await Promise.all(Array.from({ length: 10 }, (_, i) => post(nexus, bob, `target ${i}`)))
  const likers = crowd.slice(0, 40)
  const inOneTransaction = (person: Person, order: string[]) =>
    world.app.database.session(async (client) => {
      await client.query('begin')
      for (const id of order) await client.query('insert into likes (user_id, post_id) values ($1, $2)', [person.id, id])
      for (const id of order.slice(0, 5)) await client.query('delete from likes where user_id = $1 and post_id = $2', [person.id, id])
      await client.query('commit')
    })
  for (let wave = 0; wave < likers.length; wave += 10) {
    await Promise.all(likers.slice(wave, wave + 10).map((person, i) => inOneTransaction(person, i % 2 === 0 ? ids : [...ids].reverse())))
  }
  // Half of the likers went upwards and took the first five back, half downwards and the last five.
  for (const id of ids) expect(await likesOf(id)).toEqual({ shown: 20, rows: 20, likers: 20 })
  // What a connection has met is counted when it is closed.
  await world.close()
  const [met] = await nexus.sql<{ deadlocks: number }>('select deadlocks::int from pg_stat_database where datname = current_database()')
  expect(met).toEqual({ deadlocks: 0 })
})
