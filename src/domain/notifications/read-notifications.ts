import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import { NEWEST, parseId } from '../../platform/ids.ts'
import { refuseInput } from '../../refusals.ts'
import { acceptFirst, type PageArgs } from '../input/page-rules.ts'
import type { NotificationChannel, NotificationKind } from './notification-kinds.ts'
import { CAUSE_COUNTS, IS_UNREAD, KIND_IS_WANTED, SUBJECT_IS_SEEN, WITH_SUBJECT } from './shown-notifications.ts'

/** Whoever did it last is named; of all others there is the number. */
export const ACTORS_NAMED_MAX = 3

/** A notification as its recipient sees it. */
export interface Notification {
  id: number
  kind: NotificationKind
  postId: number | null
  /** The comment that it is about; of comments and replies, the newest. */
  commentId: number | null
  /** The newest few who did it. */
  actorIds: number[]
  actorCount: number
  isRead: boolean
  /** When it last happened. */
  createdAt: Date
  /** The same as a number, in microseconds: with the id it is the notification's place in the list. */
  place: number
}

// One cause that counts makes it shown: the newest gives it its place.
const shown = (
  channel: NotificationChannel,
  and: string,
) => `select n.id, n.kind, n.post_id, n.comment_id, n.dropped, p.quoted_post_id, newest.happened_at, newest.text_id,
    (extract(epoch from newest.happened_at) * 1000000)::bigint as place, ${IS_UNREAD} as unread
  from ${WITH_SUBJECT} cross join lateral (
    select c.happened_at, c.text_id from notification_causes c where ${CAUSE_COUNTS} order by c.happened_at desc limit 1
  ) newest
  where ${SUBJECT_IS_SEEN} and ${KIND_IS_WANTED[channel]} ${and}`

// Who did it is counted for what is on the page alone.
const withActors = `select n.id, n.kind, nullif(n.post_id, 0) as "postId",
    case when n.kind in ('COMMENT', 'REPLY') then n.text_id else nullif(n.comment_id, 0) end as "commentId",
    actors.ids as "actorIds", actors.many + n.dropped as "actorCount", not n.unread as "isRead", n.happened_at as "createdAt", n.place
  from page n cross join lateral (select n.quoted_post_id) p cross join lateral (
    select (array_agg(a.id order by a.last_at desc, a.id desc))[1:${ACTORS_NAMED_MAX}] as ids, count(*)::int as many from (
      select c.actor_id as id, max(c.happened_at) as last_at from notification_causes c where ${CAUSE_COUNTS} group by c.actor_id
    ) a
  ) actors`

const notificationsOf = statement<Notification>(
  'notifications.of-recipient',
  `with shown as (${shown('IN_APP', `and (not $2::boolean or ${IS_UNREAD})`)}),
     page as (select * from shown where (place, id) < ($3::bigint, $4::bigint) order by place desc, id desc limit $5)
   ${withActors} order by n.place desc, n.id desc`,
)
const notificationOf = statement<Notification>('notifications.by-id', `with page as (${shown('IN_APP', 'and n.id = $2')}) ${withActors}`)
const unreadOf = statement<{ unread: number }>(
  'notifications.unread-count',
  `select count(*)::int as unread from ${WITH_SUBJECT} where ${SUBJECT_IS_SEEN} and ${KIND_IS_WANTED.IN_APP} and ${IS_UNREAD}`,
)

const unreadSince = statement<Notification>(
  'notifications.unread-since',
  `with page as (${shown('EMAIL', `and ${IS_UNREAD} and newest.happened_at > $2`)} order by place desc, n.id desc limit $3)
   ${withActors} order by n.place desc, n.id desc`,
)

export interface NotificationPage {
  rows: Notification[]
  hasNextPage: boolean
}

/** One page of what a user was told, what happened last first. @throws BAD_USER_INPUT */
export async function readNotifications(
  reader: Reader,
  userId: number,
  { first, after, unreadOnly }: PageArgs & { unreadOnly: boolean },
): Promise<NotificationPage> {
  const limit = acceptFirst(first)
  const from = after === undefined || after === null ? { place: NEWEST, id: NEWEST } : readCursor(after)
  const rows = await reader.rows(notificationsOf, [userId, unreadOnly, from.place, from.id, limit + 1])
  return { rows: rows.slice(0, limit), hasNextPage: rows.length > limit }
}

/** One notification as its recipient sees it now; undefined when they do not see it (any more). */
export function readNotification(reader: Reader, userId: number, id: number): Promise<Notification | undefined> {
  return firstRow(reader, notificationOf, [userId, id])
}

/** How many notifications `readNotifications` would show as unread. */
export async function readUnreadCount(reader: Reader, userId: number): Promise<number> {
  return (await firstRow(reader, unreadOf, [userId]))?.unread ?? 0
}

/** What a user has not read of what happened since, of the kinds that they want by mail. */
export function readForDigest(reader: Reader, userId: number, since: Date, limit: number): Promise<Notification[]> {
  return reader.rows(unreadSince, [userId, since, limit])
}

const LIST = 'notifications'

/** Where a notification stood when it was shown: it moves up when somebody else does the same, and the next page goes on from where it was. */
export function cursorOf({ place, id }: Notification): string {
  return Buffer.from(`${LIST}:${place}:${id}`).toString('base64url')
}

function readCursor(cursor: string): { place: number; id: number } {
  const [list, place = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split(':')
  const key = { place: parseId(place), id: parseId(id) }
  if (list !== LIST || key.place === undefined || key.id === undefined || rest.length > 0)
    throw refuseInput('after', 'after is not a cursor of this list.')
  return { place: key.place, id: key.id }
}
