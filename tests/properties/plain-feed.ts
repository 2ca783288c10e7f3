import type { Nexus } from '../cast.ts'

export interface PlainEntry {
  entryId: number
  postId: number
  sharedById: number | null
}

/**
 * A home feed said a second time, as plainly as SQL can: all entries there are, of them those that the viewer hears, of them those that
 * they may see. $1 viewer, $2 with their own, $3 with shares
 */
const PLAIN_FEED = `
  with entries as (
    select id as entry_id, author_id as actor_id, id as post_id, null::int as sharer_id from posts
    union all
    select id, user_id, post_id, user_id from shares where $3
  )
  select e.entry_id as "entryId", e.post_id as "postId", e.sharer_id as "sharedById"
  from entries e
    join posts p on p.id = e.post_id
    join users actor on actor.id = e.actor_id
    join users author on author.id = p.author_id
    left join follows hears on hears.follower_id = $1 and hears.following_id = e.actor_id
    left join follows followed on followed.follower_id = $1 and followed.following_id = p.author_id
    left join mutes muted on muted.muter_id = $1 and muted.muted_id in (actor.id, author.id)
    left join blocks blocked on (blocked.blocker_id = $1 and blocked.blocked_id in (actor.id, author.id))
      or (blocked.blocked_id = $1 and blocked.blocker_id in (actor.id, author.id))
  where (hears.id is not null or ($2 and e.actor_id = $1))
    and muted.id is null and blocked.id is null
    and (actor.id = $1 or (actor.suspended_at is null and actor.closed_at is null))
    and (author.id = $1 or (author.suspended_at is null and author.closed_at is null and p.hidden_at is null
      and (p.visibility = 'PUBLIC' or followed.id is not null)))
  order by e.entry_id desc`

/** The feed of a viewer, all of it, newest first. */
export async function readPlainly(
  nexus: Pick<Nexus, 'sql'>,
  viewer: number,
  includeOwn: boolean,
  withShares: boolean,
): Promise<PlainEntry[]> {
  const rows = await nexus.sql<PlainEntry>(PLAIN_FEED, [viewer, includeOwn, withShares])
  return rows.filter(({ entryId }, index) => rows[index - 1]?.entryId !== entryId) // two mutes or blocks may be joined
}
