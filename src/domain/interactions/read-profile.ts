import type { Reader } from '../../platform/database/statement.ts'
import { fillSpan, type Span, type SpanRows, spanStatements } from '../input/span-rules.ts'
import { type Post, postColumns } from '../posts/read-posts.ts'
import { type Looker, maySeePost } from '../visibility/visibility-rules.ts'

/** A post of somebody's, or their share of one, as it stands on their profile. */
export interface ProfileEntry extends Post {
  entryId: number
  isShare: boolean
  /** Whether what they share may be shown at all: they are not suspended, gone or blocked either way. */
  sharerSeen: boolean
}

export interface ProfileFilter {
  withShares: boolean
  onlyMedia: boolean
}

// The posts that are for followers are left out here, so that the page of a stranger is not made of what they may not see.
const profileEntries = spanStatements<ProfileEntry>(
  'interactions.profile',
  (order) => `select c.entry_id as "entryId", c.is_share as "isShare", ${postColumns('$2')},
     u.suspended_at is null and u.closed_at is null
       and not exists (select from blocks where (blocker_id = $2 and blocked_id = $1) or (blocker_id = $1 and blocked_id = $2)) as "sharerSeen"
   from (
     (select id as entry_id, id as post_id, false as is_share from posts
      where author_id = $1 and id < $3 and id > $4 and (not $7::boolean or media_url is not null)
        and (visibility = 'PUBLIC' or $1 = $2 or exists (select from follows where follower_id = $2 and following_id = $1))
      order by id ${order} limit $5)
     union all
     (select id, post_id, true from shares where $6::boolean and user_id = $1 and id < $3 and id > $4 order by id ${order} limit $5)
   ) c join posts p on p.id = c.post_id join users a on a.id = p.author_id join users u on u.id = $1
   order by c.entry_id ${order} limit $5`,
)

/** A part of what a user posted and shared and the looker may see, newest first. */
export function readProfileSpan(
  reader: Reader,
  userId: number,
  span: Span,
  looker: Looker | undefined,
  { withShares, onlyMedia }: ProfileFilter,
): Promise<SpanRows<ProfileEntry>> {
  return fillSpan(span, {
    read: ({ below, above, from, limit }) =>
      reader.rows(profileEntries[from], [userId, looker?.id ?? 0, below, above, limit, withShares, onlyMedia]),
    keyOf: ({ entryId }) => entryId,
    maySee: (entry) => {
      if (!maySeePost(entry, looker) || (onlyMedia && entry.mediaUrl === null)) return false
      return !entry.isShare || entry.sharerSeen || looker?.id === userId
    },
  })
}
