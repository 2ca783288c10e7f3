import type pg from 'pg'
import type { WorldSizes } from './world-sizes.ts'

/** What a world turned out to be: for the table of results, and to tell that two are the same. */
export interface WorldShape {
  rows: Record<string, number>
  /** Of all users: how many they follow, how many follow them. */
  follows: { median: number; p99: number; max: number }
  followers: { median: number; p99: number; max: number }
  /** A sum over all keys: the same for the same sizes and seed. */
  fingerprint: string
  sizeMb: number
}

/** Describes the world, after making sure that it has the size asked for and that every count kept equals what is there. */
export async function checkWorld(client: pg.Client, sizes: WorldSizes): Promise<WorldShape> {
  const rows = await one(client, `select ${TABLES.map((table) => `(select count(*)::int from ${table}) as ${table}`).join(', ')}`)
  for (const table of TABLES) {
    // In a small world the popular are soon followed by everybody, so that a few follows are wanting.
    if ((rows[table] ?? 0) < 0.85 * sizes[table]) throw new Error(`the world has ${rows[table]} ${table}, not ${sizes[table]}`)
  }
  const { drift } = await one(client, DRIFT)
  if (drift !== 0) throw new Error(`${drift} counts differ from what is there`)
  const spread = (column: string) =>
    one(
      client,
      `select percentile_disc(0.5) within group (order by n)::int as median, percentile_disc(0.99) within group (order by n)::int as p99,
         max(n)::int as max from (select ${column} as n from user_counts) counts`,
    ) as Promise<WorldShape['follows']>
  const { fingerprint } = (await one(client, FINGERPRINT)) as unknown as WorldShape
  const { mb } = await one(client, 'select (pg_database_size(current_database()) / 1024 / 1024)::int as mb')
  return { rows, follows: await spread('following'), followers: await spread('followers'), fingerprint, sizeMb: Number(mb) }
}

const TABLES = ['users', 'follows', 'posts', 'shares', 'comments', 'likes', 'mutes', 'blocks'] as const

const DRIFT = `select (
    select count(*) from posts p
      full join (select post_id, sum(likes) as likes, sum(comments) as comments, sum(shares) as shares from post_counts group by 1) k on k.post_id = p.id
      left join (select post_id, count(*) as n from likes group by 1) l on l.post_id = p.id
      left join (select post_id, count(*) as n from comments group by 1) c on c.post_id = p.id
      left join (select post_id, count(*) as n from shares group by 1) s on s.post_id = p.id
      where (k.likes, k.comments, k.shares) is distinct from (coalesce(l.n, 0), coalesce(c.n, 0), coalesce(s.n, 0))
  ) + (
    select count(*) from users u
      full join (select user_id, sum(posts) as posts, sum(followers) as followers, sum(following) as following from user_counts group by 1) k on k.user_id = u.id
      left join (select author_id, count(*) as n from posts group by 1) p on p.author_id = u.id
      left join (select following_id, count(*) as n from follows group by 1) f on f.following_id = u.id
      left join (select follower_id, count(*) as n from follows group by 1) g on g.follower_id = u.id
      where (k.posts, k.followers, k.following) is distinct from (coalesce(p.n, 0), coalesce(f.n, 0), coalesce(g.n, 0))
  ) + (
    select count(*) from comments c
      full join (select comment_id, sum(likes) as likes, sum(replies) as replies from comment_counts group by 1) k on k.comment_id = c.id
      left join (select parent_id, count(*) as n from comments group by 1) r on r.parent_id = c.id
      where (k.likes, k.replies) is distinct from (0, coalesce(r.n, 0))
  ) as drift`

const FINGERPRINT = `select to_hex((
    select sum(hashint8extended(follower_id::bigint * 16777216 + following_id, 0) >> 20) from follows)::bigint #
    (select sum(hashtextextended(content, id) >> 20) from posts)::bigint #
    (select sum(hashint8extended(id, post_id) >> 20) from shares)::bigint #
    (select sum(hashtextextended(text, id) >> 20) from comments)::bigint #
    (select sum(hashint8extended(post_id, user_id) >> 20) from likes)::bigint) as fingerprint`

async function one(client: pg.Client, sql: string): Promise<Record<string, number>> {
  const { rows } = await client.query(sql)
  return rows[0]
}
