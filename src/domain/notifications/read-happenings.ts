import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import type { NotificationKind } from './notification-kinds.ts'
import { CAUSE_COUNTS, KIND_IS_WANTED, SUBJECT_IS_SEEN, WITH_SUBJECT } from './shown-notifications.ts'

/** One thing that one person did, where a notification gathers all of a kind. */
export interface Happening extends HappeningKey {
  kind: NotificationKind
  postId: number | null
  commentId: number | null
  /** Of comments and replies, the one that was written. */
  textId: number | null
  actorId: number
  happenedAt: Date
}

/** Where it stands among the recipient's: when it happened, in microseconds, in which notification, and as which of its causes. */
export interface HappeningKey {
  place: number
  notificationId: number
  number: number
}

export interface HappeningsAsked {
  /** Those before it. */
  below?: HappeningKey | undefined
  /** Those after it. */
  above?: HappeningKey | undefined
  /** The first ones above, not the last ones below. */
  upwards?: boolean
  kinds: readonly NotificationKind[]
  actorId?: number | undefined
  limit: number
}

const BEGINNING: HappeningKey = { place: 0, notificationId: 0, number: 0 }
const END: HappeningKey = { place: Number.MAX_SAFE_INTEGER, notificationId: 0, number: 0 }

const PLACE = '(extract(epoch from c.happened_at) * 1000000)::bigint'
const IS_LEFT = 'c.number > n.dismissed_cause and not c.dismissed'
const COLUMNS = `n.id as "notificationId", c.number, c.place, n.kind, nullif(n.post_id, 0) as "postId", nullif(n.comment_id, 0) as "commentId",
  c.text_id as "textId", c.actor_id as "actorId", c.happened_at as "happenedAt"`

const happenings = (direction: 'asc' | 'desc') => `select ${COLUMNS} from ${WITH_SUBJECT} cross join lateral (
    select c.*, ${PLACE} as place from notification_causes c
    where ${CAUSE_COUNTS} and ${IS_LEFT} and ($3::int = 0 or c.actor_id = $3)
      and (${PLACE}, n.id, c.number) < ($4::bigint, $5::bigint, $6::bigint) and (${PLACE}, n.id, c.number) > ($7::bigint, $8::bigint, $9::bigint)
    order by c.happened_at ${direction}, c.number ${direction} limit $10
  ) c
  where ${SUBJECT_IS_SEEN} and ${KIND_IS_WANTED.IN_APP} and n.kind::text = any($2::text[])
  order by c.place ${direction}, n.id ${direction}, c.number ${direction} limit $10`

const newestHappenings = statement<Happening>('notifications.newest-happenings', happenings('desc'))
const oldestHappenings = statement<Happening>('notifications.oldest-happenings', happenings('asc'))
const happening = statement<Happening>(
  'notifications.happening',
  `select ${COLUMNS} from ${WITH_SUBJECT} cross join lateral (
     select c.*, ${PLACE} as place from notification_causes c where ${CAUSE_COUNTS} and ${IS_LEFT} and ($3::bigint = 0 or c.number = $3)
     order by c.happened_at desc, c.number desc limit 1
   ) c
   where ${SUBJECT_IS_SEEN} and ${KIND_IS_WANTED.IN_APP} and n.id = $2`,
)
const unreadHappenings = statement<{ unread: number }>(
  'notifications.unread-happenings',
  `select count(*)::int as unread from (
     select from ${WITH_SUBJECT} join notification_causes c on c.notification_id = n.id
     where ${SUBJECT_IS_SEEN} and ${KIND_IS_WANTED.IN_APP} and n.kind::text = any($2::text[])
       and c.number > n.read_cause and ${CAUSE_COUNTS} and ${IS_LEFT} limit $3
   ) unread`,
)

/** What was done to a user, newest first, one row for each who did it; without what they have dismissed. */
export async function readHappenings(reader: Reader, userId: number, asked: HappeningsAsked): Promise<Happening[]> {
  const { below = END, above = BEGINNING, upwards = false, kinds, actorId = 0, limit } = asked
  const values = [userId, kinds, actorId, ...valuesOf(below), ...valuesOf(above), limit]
  const rows = await reader.rows(upwards ? oldestHappenings : newestHappenings, values)
  return upwards ? rows.reverse() : rows
}

/** One of them; without its number the newest of the notification. Undefined when its recipient does not see it (any more). */
export function readHappening(reader: Reader, userId: number, notificationId: number, number = 0): Promise<Happening | undefined> {
  return firstRow(reader, happening, [userId, notificationId, number])
}

/** How many of these kinds a user has not read, as far as `max`. */
export async function countUnreadHappenings(
  reader: Reader,
  userId: number,
  { kinds, max }: { kinds: readonly NotificationKind[]; max: number },
): Promise<number> {
  return (await firstRow(reader, unreadHappenings, [userId, kinds, max]))?.unread ?? 0
}

function valuesOf({ place, notificationId, number }: HappeningKey): number[] {
  return [place, notificationId, number]
}
