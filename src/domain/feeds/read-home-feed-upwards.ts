import { type Reader, statement } from '../../platform/database/statement.ts'
import { authorColumns } from '../accounts/author-columns.ts'
import { POST_ROW_COLUMNS } from '../posts/read-posts.ts'
import { entryOfRow, type FeedEntry, type FeedRow } from './home-feed-truth.ts'

/**
 * The truth, upwards: the next entries of a viewer's home feed above a key, oldest first. Whom the viewer hears and what is marked as not to be
 * shown is as in home-feed-truth.ts.
 *
 * $1 viewer, $2 above this id, $3 below this one, $4 how many
 */
const entriesAbove = statement<FeedRow>(
  'feeds.home-feed-upwards',
  `with unheard as materialized (
     select muted_id as id from mutes where muter_id = $1
     union all select blocked_id from blocks where blocker_id = $1
     union all select blocker_id from blocks where blocked_id = $1
   ), heard as (
     select f.following_id as id from follows f
     where f.follower_id = $1 and f.following_id not in (select id from unheard)
       and not exists (select from users u where u.id = f.following_id and (u.suspended_at is not null or u.closed_at is not null))
     union all select $1::int
   ), candidates as materialized (
     select c.entry_id, c.post_id, c.sharer_id from heard h cross join lateral (
       (select p.id as entry_id, p.id as post_id, null::int as sharer_id from posts p
        where p.author_id = h.id and p.id > $2 and p.id < $3 and (p.hidden_at is null or h.id = $1) order by p.id limit $4)
       union all
       (select s.id, s.post_id, s.user_id from shares s where s.user_id = h.id and s.id > $2 and s.id < $3 order by s.id limit $4)
     ) c order by c.entry_id limit $4
   )
   select c.entry_id as "entryId", c.sharer_id as "sharedById", s.message as "sharedMessage", ${POST_ROW_COLUMNS}, ${authorColumns('a')},
     false as "blockedEitherWay", true as "viewerFollowsAuthor",
     c.sharer_id is null or a.id = $1 or
       (p.hidden_at is null and a.suspended_at is null and a.closed_at is null and a.id not in (select id from unheard)) as visible
   from candidates c join posts p on p.id = c.post_id join users a on a.id = p.author_id
     left join shares s on s.id = c.entry_id and c.sharer_id is not null
   order by c.entry_id`,
)

const REFILLS_MAX = 3

export interface UpwardPage {
  /** Newest first, of each post only the newest. */
  entries: FeedEntry[]
  /** The highest id that was looked at: the page above goes on there. */
  endKey: number | undefined
}

/** The page of a viewer's home feed, their own posts in it, that lies immediately above an id, whether anything stands there or not. */
export async function readHomeFeedUpwards(
  reader: Reader,
  viewerId: number,
  { above, below, limit }: { above: number; below: number; limit: number },
): Promise<UpwardPage> {
  const newestOfPost = new Map<number, FeedEntry>()
  let [from, ended] = [above, false]
  for (let reads = 0; !ended && reads <= REFILLS_MAX; reads += 1) {
    const rows = await reader.rows(entriesAbove, [viewerId, from, below, limit + 1])
    ended = rows.length <= limit
    for (const entry of rows.map(entryOfRow)) {
      if (entry.visible && !newestOfPost.has(entry.id) && newestOfPost.size === limit) return pageOf(newestOfPost, from)
      from = entry.entryId
      if (entry.visible) newestOfPost.set(entry.id, entry)
    }
  }
  return pageOf(newestOfPost, from === above ? undefined : from)
}

function pageOf(newestOfPost: ReadonlyMap<number, FeedEntry>, endKey: number | undefined): UpwardPage {
  return { entries: [...newestOfPost.values()].sort((one, other) => other.entryId - one.entryId), endKey }
}
