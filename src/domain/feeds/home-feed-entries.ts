import { type Reader, statement } from '../../platform/database/statement.ts'
import { authorColumns } from '../accounts/author-columns.ts'
import { POST_ROW_COLUMNS } from '../posts/read-posts.ts'
import { entryOfRow, type FeedEntry, type FeedRow } from './home-feed-truth.ts'

/** An entry with who wrote or shared it. It may be another request's too: nobody changes it. */
export type ActedEntry = Readonly<FeedEntry & { actorId: number }> & {
  /** In an entry that is kept: the place for what was written of it, which so lives as long as the entry. */
  texts?: never[] | undefined
}

/**
 * The entries of these ids as the truth would answer them, newest first. An entry that is gone is left out; one that the viewer does not
 * hear (any more), or may not see, is marked. $1 viewer, $2 entry ids
 */
const entriesByIds = statement<FeedRow & { actorId: number }>(
  'feeds.entries-by-ids',
  `with unheard as materialized (
     select muted_id as id from mutes where muter_id = $1
     union all select blocked_id from blocks where blocker_id = $1
     union all select blocker_id from blocks where blocked_id = $1
   ), entries as (
     select asked.id as entry_id, coalesce(s.post_id, asked.id) as post_id, s.user_id as sharer_id, s.message
     from unnest($2::bigint[]) as asked (id) left join shares s on s.id = asked.id
   )
   select e.entry_id as "entryId", e.sharer_id as "sharedById", e.message as "sharedMessage", coalesce(e.sharer_id, a.id) as "actorId",
     ${POST_ROW_COLUMNS}, ${authorColumns('a')},
     false as "blockedEitherWay", true as "viewerFollowsAuthor",
     (a.id = $1 or (p.hidden_at is null and a.suspended_at is null and a.closed_at is null and a.id not in (select id from unheard)))
       and (coalesce(e.sharer_id, a.id) = $1
         or ((select true from follows f where f.follower_id = $1 and f.following_id = coalesce(e.sharer_id, a.id) limit 1)
           and (e.sharer_id is null or (sharer.suspended_at is null and sharer.closed_at is null
             and e.sharer_id not in (select id from unheard))))) is true as visible
   from entries e join posts p on p.id = e.post_id join users a on a.id = p.author_id
     left join users sharer on sharer.id = e.sharer_id
   order by e.entry_id desc`,
)

/** Looks at the facts behind entry ids, one statement for all of them. `actorId` is who wrote or shared. */
export async function readEntries(reader: Reader, viewerId: number, ids: readonly number[]): Promise<ActedEntry[]> {
  return ids.length === 0 ? [] : (await reader.rows(entriesByIds, [viewerId, ids])).map(entryOfRow)
}
