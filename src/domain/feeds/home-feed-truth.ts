import { type Reader, statement } from '../../platform/database/statement.ts'
import { type AuthorColumns, authorColumns, authorOf } from '../accounts/author-columns.ts'
import type { User } from '../accounts/read-users.ts'
import type { PostCounts } from '../interactions/read-counts.ts'
import { POST_ROW_COLUMNS, type Post } from '../posts/read-posts.ts'

/** One entry of a home feed: a post with its author, or one share of it. `entryId` is the id of the post or of the share, and orders the feed. */
export interface FeedEntry extends Post {
  entryId: number
  /** Who shared it; null for the post itself. */
  sharedById: number | null
  sharedMessage: string | null
  /** False for what is left out: the entry still counts as passed, so that the next page goes on behind it. */
  visible: boolean
  author: User
  /** Where they came along. */
  sharedBy?: User | undefined
  counts?: PostCounts
  createdAt?: string
}

/** An entry as a statement answers it, with the columns of its author. */
export type FeedRow = Omit<FeedEntry, 'author'> & AuthorColumns

export function entryOfRow<Row extends FeedRow>(row: Row): Row & { author: User } {
  return { ...row, author: authorOf(row) }
}

/**
 * The truth: the next entries of a viewer's home feed below a key, newest first.
 *
 * First whom the viewer hears: those they follow without whom they muted, who is blocked either way, suspended or gone; and the viewer
 * when asked. Then the floor: when as many authors as entries are wanted have a post, the next entries lie at or above the oldest of
 * the newest of their latest posts, and most authors are looked at once. Then, of each, the newest ids down to the floor by two index-only
 * scans (posts_of_author, shares_of_user), merged to the newest of all: since each gives as many as are wanted in the end, the merged
 * ones are exactly the next. Only these are joined to their rows, and what must not be shown (a shared post that is hidden, or whose
 * author is muted, blocked or gone) is marked.
 *
 * $1 viewer, $2 with the viewer's own, $3 below this id, $4 how many, $5 with shares
 */
export const homeFeedTruth = statement<FeedRow>(
  'feeds.home-feed-truth',
  `with unheard as materialized (
     select muted_id as id from mutes where muter_id = $1
     union all select blocked_id from blocks where blocker_id = $1
     union all select blocker_id from blocks where blocked_id = $1
   ), heard as (
     select f.following_id as id from follows f
     where f.follower_id = $1 and f.following_id not in (select id from unheard)
       and not exists (select from users u where u.id = f.following_id and (u.suspended_at is not null or u.closed_at is not null))
     union all select $1::int where $2::boolean
   ), latest as (
     select l.id from heard h cross join lateral (
       select p.id from posts p
       where p.author_id = h.id and p.id < $3 and (p.hidden_at is null or h.id = $1) order by p.id desc limit 1
     ) l order by l.id desc limit $4
   ), floor as materialized (
     select case when count(*) = $4 then min(id) else 0 end as id from latest
   ), candidates as materialized (
     select c.entry_id, c.post_id, c.sharer_id from heard h cross join lateral (
       (select p.id as entry_id, p.id as post_id, null::int as sharer_id from posts p
        where p.author_id = h.id and p.id < $3 and p.id >= (select id from floor) and (p.hidden_at is null or h.id = $1)
        order by p.id desc limit $4)
       union all
       (select s.id, s.post_id, s.user_id from shares s
        where $5::boolean and s.user_id = h.id and s.id < $3 and s.id >= (select id from floor) order by s.id desc limit $4)
     ) c order by c.entry_id desc limit $4
   )
   select c.entry_id as "entryId", c.sharer_id as "sharedById", s.message as "sharedMessage",
     ${POST_ROW_COLUMNS}, ${authorColumns('a')},
     false as "blockedEitherWay", true as "viewerFollowsAuthor",
     c.sharer_id is null or a.id = $1 or
       (p.hidden_at is null and a.suspended_at is null and a.closed_at is null and a.id not in (select id from unheard)) as visible
   from candidates c join posts p on p.id = c.post_id join users a on a.id = p.author_id
     left join shares s on s.id = c.entry_id and c.sharer_id is not null
   order by c.entry_id desc`,
)

export interface FeedQuestion {
  viewerId: number
  includeOwn: boolean
  /** Exclusive. */
  belowId: number
  limit: number
  withShares: boolean
}

export async function readTruth(reader: Reader, { viewerId, includeOwn, belowId, limit, withShares }: FeedQuestion): Promise<FeedEntry[]> {
  return (await reader.rows(homeFeedTruth, [viewerId, includeOwn, belowId, limit, withShares])).map(entryOfRow)
}
