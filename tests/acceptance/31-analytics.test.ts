import { afterAll, beforeAll, expect, it } from 'vitest'
import { fireNow } from '../../src/platform/schedules/fire-ticks.ts'
import { SCHEDULES } from '../../src/workers/schedules.ts'
import { cast, follow, type Nexus, type Person, post, promote, startNexus } from '../cast.ts'
import { comment, like, refusedFor, share, unlike } from './verbs.ts'

const DAY_MS = 86_400_000

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, mod: Person
let today = 0
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, mod } = await cast(nexus, 'alice', 'bob', 'carol', 'mod'))
  await promote(nexus, mod)
  const [row] = await nexus.sql<{ today: Date }>(`select date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' as today`)
  today = row!.today.getTime()
})
afterAll(() => nexus.close())

const day = (ago: number, offMs = 0) => new Date(today - ago * DAY_MS + offMs).toISOString()

interface Figures {
  day: string
  newUsers: number
  activeUsers: number
  posts: number
  comments: number
  likes: number
  shares: number
  follows: number
}

async function ask(from: string, to: string): Promise<Figures[]> {
  const query = `query ($from: DateTime!, $to: DateTime!) { analytics(from: $from, to: $to) {
    day newUsers activeUsers posts comments likes shares follows } }`
  return (await nexus.ask(query, mod.token, { from, to })).analytics
}

/** The same counted by SQL, by the times of the rows. */
async function count(from: string): Promise<Figures> {
  const within = `created_at >= '${from}' and created_at < '${from}'::timestamptz + interval '24 hours'`
  const tables = ['posts', 'comments', 'likes', 'shares', 'follows']
  const who = {
    users: 'id',
    posts: 'author_id',
    comments: 'author_id',
    likes: 'user_id',
    comment_likes: 'user_id',
    shares: 'user_id',
    follows: 'follower_id',
  }
  const active = Object.entries(who).map(([table, column]) => `select ${column} from ${table} where ${within}`)
  const [row] = await nexus.sql<Omit<Figures, 'day'>>(
    `select (select count(*)::int from users where ${within}) as "newUsers", (select count(*)::int from (${active.join(' union ')}) a) as "activeUsers",
       ${tables.map((table) => `(select count(*)::int from ${table} where ${within}) as ${table}`).join(', ')}`,
  )
  return { day: from, ...row! }
}

async function runSchedule(): Promise<void> {
  await fireNow(nexus.app.database, SCHEDULES.find(({ name }) => name === 'analytics.count-days')!)
  await nexus.settle()
}

/** What happened on earlier days: some of it in the first and in the last millisecond of one. */
async function writeHistory(): Promise<void> {
  const instants = [day(3), day(3, DAY_MS - 1), day(2), day(2, 5000), day(1, DAY_MS - 1)]
  await nexus.sql(
    `insert into users (username, email, created_at) select 'early' || n, n || '@x.y', $1::timestamptz from generate_series(1, 5) n`,
    [day(4, DAY_MS - 1)],
  )
  const [written] = await nexus.sql<{ ids: number[] }>('select new_ids(1, $1) as ids', [instants])
  await nexus.sql('insert into posts (id, author_id, content) select id, $2, $3 from unnest($1::bigint[]) id', [
    written!.ids,
    bob.id,
    'old',
  ])
  const id = written!.ids[0]
  await nexus.sql(`insert into comments (id, author_id, post_id, text) select unnest(new_ids(3, $1)), $2, $3, 'old'`, [
    [day(3, 100), day(2)],
    carol.id,
    id,
  ])
  await nexus.sql('insert into shares (id, user_id, post_id) select unnest(new_ids(2, $1)), $2, $3', [[day(2, 1)], alice.id, id])
  await nexus.sql('insert into likes (user_id, post_id, created_at) select id, $1, $2 from users where id <= 3', [id, day(2, DAY_MS - 1)])
  await nexus.sql('insert into follows (follower_id, following_id, created_at) select id, $1, $2 from users where id > 4', [bob.id, day(3)])
}

it("equals a count of the rows: today's so far, those of days that a job has counted, and those that none has", async () => {
  const now = await post(nexus, bob, 'now')
  await follow(nexus, alice, bob)
  await like(nexus, alice, now)
  await share(nexus, carol, now)
  await comment(nexus, carol, now, 'words')
  expect(await ask(day(0), day(-1))).toEqual([
    { ...(await count(day(0))), day: day(0), newUsers: 4, activeUsers: 4, posts: 1, likes: 1, follows: 1 },
  ])
  await unlike(nexus, alice, now)
  expect((await ask(day(0), day(-1)))[0]!.likes).toBe(0)

  await writeHistory()
  const expected = await Promise.all([4, 3, 2, 1, 0].map((ago) => count(day(ago))))
  expect(expected.map(({ posts, likes, follows, activeUsers }) => [posts, likes, follows, activeUsers])).toEqual([
    [0, 0, 0, 5],
    [2, 0, 5, 7],
    [2, 3, 0, 3],
    [1, 0, 0, 1],
    [1, 0, 1, 4],
  ])
  expect(await ask(day(4), day(-1))).toEqual(expected)
  await runSchedule()
  expect(await nexus.sql('select count(*)::int from analytics_days')).toEqual([{ count: 4 }])
  expect(await ask(day(4), day(-1))).toEqual(expected)
})

it('counts anew for a week what is deleted, and fills what was missed', async () => {
  await nexus.sql('delete from posts where author_id = $1 and id < new_id(1) - (86400000::bigint << 12)', [bob.id])
  await nexus.sql('delete from analytics_days where day = $1', [day(4).slice(0, 10)])
  await runSchedule()
  expect(await nexus.sql('select count(*)::int from analytics_days')).toEqual([{ count: 4 }])
  expect(await ask(day(4), day(-1))).toEqual(await Promise.all([4, 3, 2, 1, 0].map((ago) => count(day(ago)))))
})

it('answers whole days, `from` included and `to` excluded, none that has not begun, and at most 366', async () => {
  const days = async (from: string, to: string) => (await ask(from, to)).map((figures) => figures.day)
  expect(await days(day(2), day(0))).toEqual([day(2), day(1)])
  expect(await days(day(2, 5000), day(1, 5000))).toEqual([day(2), day(1)])
  expect(await days(day(1), day(1))).toEqual([])
  expect(await days(day(0), day(-30))).toEqual([day(0)])
  expect(await ask(day(366), day(0))).toHaveLength(366)
  const query = (from: string, to: string) => refusedFor(nexus, `{ analytics(from: "${from}", to: "${to}") { day } }`, mod.token)
  expect([await query(day(367), day(0)), await query(day(0), day(1)), await query('yesterday', day(0))]).toEqual([
    'BAD_USER_INPUT to',
    'BAD_USER_INPUT to',
    'GRAPHQL_VALIDATION_FAILED',
  ])
})
