import type pg from 'pg'
import '../../src/domain/accounts/read-users.ts'
import '../../src/domain/accounts/read-viewer.ts'
import '../../src/domain/feeds/home-feed-truth.ts'
import '../../src/domain/interactions/read-comments.ts'
import '../../src/domain/interactions/read-counts.ts'
import '../../src/domain/interactions/read-own-reactions.ts'
import '../../src/domain/interactions/read-reactions.ts'
import '../../src/domain/posts/read-posts.ts'
import '../../src/domain/relationships/read-related-users.ts'
import { NEWEST } from '../../src/platform/ids.ts'

/** A statement with the values that make it work hardest, and how many rows any step of its plan may touch. */
export interface HotCase {
  title: string
  /** The name it is declared by in src/. */
  name: string
  values: (number | boolean | string)[]
  rowsMax: number
}

const PAGE = 21
/** Beside what a page needs: rows passed over by a filter, and the few rows of small tables that are joined. */
const SLACK = 200

/** The statements that users wait for, each with the readers, authors and posts of this world that ask the most of it. */
export async function hotCases(client: pg.Client): Promise<HotCase[]> {
  const one = async (sql: string) => (await client.query(sql)).rows[0]
  const follower = (order: string) =>
    one(`select user_id as id, following as follows from user_counts k join users u on u.id = k.user_id
         where following > 0 and suspended_at is null and closed_at is null order by ${order}, user_id limit 1`)
  const readers = {
    median: await follower('abs(following - (select percentile_disc(0.5) within group (order by following) from user_counts))'),
    heavy: await follower('abs(following - (select percentile_disc(0.99) within group (order by following) from user_counts))'),
    heaviest: await follower('following desc'),
  }
  const { id: author } = await one('select user_id as id from user_counts order by posts desc limit 1')
  const { id: followed } = await one('select user_id as id from user_counts order by followers desc limit 1')
  const { id: middle } = await one('select id from posts order by id offset (select count(*) / 2 from posts) limit 1')
  const mostOf = async (what: string) => (await one(`select post_id as id from post_counts order by ${what} desc limit 1`)).id
  const list = async (sql: string) => `{${(await client.query(sql)).rows.map((row) => row.id).join(',')}}`
  const newest = await list('select id from posts order by id desc limit 20')
  const people = await list('select id from users order by id desc limit 20')
  const { id: session, user_id: owner } = await sessionOf(client, readers.median.id)

  const truths = Object.entries(readers).map(([kind, { id, follows }]) => ({
    title: `home feed, ${kind} reader (follows ${follows})`,
    name: 'feeds.home-feed-truth',
    values: [id, true, NEWEST, PAGE, true],
    rowsMax: (follows + 1) * 2 * PAGE + SLACK,
  }))
  const page = { rowsMax: PAGE * 2 + SLACK }
  return [
    ...truths,
    {
      ...truths[0],
      title: 'home feed, median reader, a year down',
      values: [readers.median.id, true, Number(middle), PAGE, true],
    } as HotCase,
    { title: 'session and viewer', name: 'accounts.viewers-of-sessions', values: [session, String(owner)], ...page },
    { title: 'authors of a page', name: 'accounts.users-by-ids', values: [people], ...page },
    { title: 'counts of a page', name: 'interactions.counts-of-posts', values: [newest], ...page },
    { title: 'posts by id', name: 'posts.by-ids', values: [newest, readers.heaviest.id], ...page },
    { title: 'posts of the busiest author', name: 'posts.of-authors', values: [`{${author}}`, readers.median.id, NEWEST, PAGE], ...page },
    { title: 'public feed', name: 'posts.public-feed', values: [readers.heaviest.id, NEWEST, PAGE], ...page },
    {
      title: 'comments of the most discussed post',
      name: 'interactions.comments-of-posts',
      values: [`{${await mostOf('comments')}}`, readers.median.id, 0, PAGE],
      ...page,
    },
    {
      title: 'likes of the most liked post',
      name: 'interactions.likes-of-posts',
      values: [`{${await mostOf('likes')}}`, readers.median.id, NEWEST, PAGE],
      ...page,
    },
    {
      title: 'shares of the most shared post',
      name: 'interactions.shares-of-posts',
      values: [`{${await mostOf('shares')}}`, readers.median.id, NEWEST, PAGE],
      ...page,
    },
    {
      title: 'what the viewer liked of a page',
      name: 'interactions.liked-posts',
      values: [String(readers.heaviest.id), newest.slice(1, -1)],
      ...page,
    },
    { title: 'followers of the most followed', name: 'relationships.followers', values: [`{${followed}}`, NEWEST, PAGE], ...page },
    {
      title: 'whom the heaviest reader follows',
      name: 'relationships.following',
      values: [`{${readers.heaviest.id}}`, NEWEST, PAGE],
      ...page,
    },
    { title: 'users from the middle', name: 'accounts.users-from', values: [1000, PAGE], ...page },
  ]
}

async function sessionOf(client: pg.Client, userId: number): Promise<{ id: string; user_id: number }> {
  const { rows } = await client.query(
    `insert into sessions (user_id, expires_at) values ($1, now() + interval '1 day') returning id, user_id`,
    [userId],
  )
  return rows[0]
}
