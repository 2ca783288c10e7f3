import { firstRow, type Reader, statement } from '../../../platform/database/statement.ts'

/** What a head is built of: entry ids that the follow graph gives, their own too, nothing else decided. */
export interface HeadEntries {
  version: number
  /** Ascending. */
  ids: number[]
  /** At and above it nothing is missing; 0 when nothing lies below at all. */
  watermark: number
}

type Row = HeadEntries

export const ENTRIES_OF_AN_AUTHOR_MAX = 40

/**
 * One snapshot: the viewer's version and their newest entries. As in the truth a floor bounds the scans when very many are followed. Of an
 * author no more than some are taken: who wrote more cuts the head off at the last that was taken of them, and SQL goes on below.
 * Both scans are index-only (posts_of_author, shares_of_user). $1 viewer, $2 most entries, $3 most of one author
 */
export const headEntries = statement<Row>(
  'feeds.head-entries',
  `with heard as materialized (
     select following_id as id from follows where follower_id = $1 union all select $1::int
   ), share as materialized (
     select greatest($3::int, 2 * $2::int / greatest(count(*), 1))::int as most from heard
   ), latest as (
     select l.id from heard h cross join lateral (select id from posts where author_id = h.id order by id desc limit 1) l
     order by l.id desc limit $2
   ), floor as materialized (
     select case when count(*) = $2 then min(id) else 0 end as id from latest
   ), taken as materialized (
     select array(select p.id from posts p where p.author_id = h.id and p.id >= (select id from floor)
                  order by p.id desc limit (select most from share)) as posts,
       array(select s.id from shares s where s.user_id = h.id and s.id >= (select id from floor)
             order by s.id desc limit (select most from share)) as shares
     from heard h
   ), bottom as materialized (
     select greatest((select id from floor), coalesce(max(greatest(posts[most], shares[most])), 0)) as id from taken, share
   ), newest as (
     select e.id from taken cross join lateral (select unnest(posts) as id union all select unnest(shares)) e
     where e.id >= (select id from bottom) order by e.id desc limit $2 + 1
   )
   select coalesce((select version from viewers where user_id = $1), 0) as version, (select id from bottom) as watermark,
     array(select id from newest order by id) as ids`,
)

/** Who follows more is looked for among the newest of all that was written. */
const FOLLOWS_OF_MANY = 2000
/** So many of the newest posts, and of the newest shares, are looked at, for each entry that a head may have. */
const WINDOW = 5
/** A head is worth having from this part of its length on. */
const LENGTH_MIN = 0.25

/**
 * As head-entries, the other way round: for somebody who follows thousands, a look at each of whom costs more than a look at all that was written lately.
 * The head ends where that ends. By posts_pkey and shares_pkey. $1 viewer, $2 most entries, $3 how many are looked at
 */
const newestEntries = statement<Row>(
  'feeds.newest-entries',
  `with heard as materialized (
     select following_id as id from follows where follower_id = $1 union all select $1::int
   ), newest_posts as materialized (
     select id, author_id as actor_id from posts order by id desc limit $3
   ), newest_shares as materialized (
     select id, user_id as actor_id from shares order by id desc limit $3
   ), bottom as materialized (
     select greatest((select case when count(*) = $3 then min(id) else 0 end from newest_posts),
       (select case when count(*) = $3 then min(id) else 0 end from newest_shares)) as id
   ), newest as (
     select e.id from (select * from newest_posts union all select * from newest_shares) e
     where e.id >= (select id from bottom) and e.actor_id in (select id from heard) order by e.id desc limit $2 + 1
   )
   select coalesce((select version from viewers where user_id = $1), 0) as version, (select id from bottom) as watermark,
     array(select id from newest order by id) as ids`,
)

/** Reads what a head of at most `most` entries holds. On the primary: what is committed before is in it. `follows` is about how many the viewer follows. */
export async function readHeadEntries(reader: Reader, viewerId: number, most: number, follows: number): Promise<HeadEntries> {
  if (follows > FOLLOWS_OF_MANY) {
    const newest = await readNewestEntries(reader, viewerId, most, most * WINDOW)
    if (newest.watermark === 0 || newest.ids.length >= most * LENGTH_MIN) return newest
  }
  return headOf(await firstRow(reader, headEntries, [viewerId, most, ENTRIES_OF_AN_AUTHOR_MAX]), most)
}

/** As readHeadEntries, out of the newest `window` posts and shares. */
export async function readNewestEntries(reader: Reader, viewerId: number, most: number, window: number): Promise<HeadEntries> {
  return headOf(await firstRow(reader, newestEntries, [viewerId, most, window]), most)
}

function headOf(row: Row | undefined, most: number): HeadEntries {
  if (!row) throw new Error('a head without a row')
  const ids = row.ids.map(Number)
  if (ids.length <= most) return { version: row.version, ids, watermark: row.watermark }
  const newest = ids.slice(ids.length - most)
  return { version: row.version, ids: newest, watermark: newest[0] ?? 0 }
}
