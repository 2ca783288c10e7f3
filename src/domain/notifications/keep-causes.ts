import { firstRow, statement, type Tx } from '../../platform/database/statement.ts'
import type { Cause } from './notification-kinds.ts'

/** A recipient keeps the newest so many notifications: whoever storms somebody fills no more than that. To count them takes 6 us each (2026-11). */
export const NOTIFICATIONS_KEPT_MAX = 300
/** A notification keeps the newest so many causes; of the others it keeps their number. */
export const CAUSES_KEPT_MAX = 1000
/** Too many are dropped each time that so many have come. */
const CAUSES_BETWEEN_TRIMS = 100

/** A notification that has changed, and whose it is. */
export interface Changed {
  notificationId: number
  userId: number
}

const addCauseStatement = statement<{ notificationId: number; number: number }>(
  'notifications.add-cause',
  `with subject as (
     insert into notifications (recipient_id, kind, post_id, comment_id, last_at) values ($1, $2::notification_kind, $3, $4, $8)
     on conflict (recipient_id, kind, post_id, comment_id)
       do update set last_cause = notifications.last_cause + 1, last_at = greatest(notifications.last_at, excluded.last_at)
     returning id, last_cause
   ), cause as (
     insert into notification_causes (notification_id, actor_id, source_id, text_id, number, happened_at)
     select id, $5, $6, $7, last_cause, $8 from subject
   )
   select id as "notificationId", last_cause as number from subject`,
)

/** Adds a cause that is not there yet; the first of its subject begins the notification. */
export async function addCause(tx: Tx, cause: Cause): Promise<Changed> {
  const { recipientId, kind, postId, commentId, actorId, sourceId, textId, happenedAt } = cause
  const added = await firstRow(tx, addCauseStatement, [recipientId, kind, postId, commentId, actorId, sourceId, textId, happenedAt])
  if (!added) throw new Error('a cause was not added')
  if (added.number === 1) await tx.rows(dropOldNotifications, [recipientId, NOTIFICATIONS_KEPT_MAX])
  if (added.number % CAUSES_BETWEEN_TRIMS === 0) await tx.rows(dropOldCauses, [added.notificationId, CAUSES_KEPT_MAX])
  return { notificationId: added.notificationId, userId: recipientId }
}

const dropOldNotifications = statement<never>(
  'notifications.drop-beyond-kept',
  'delete from notifications where id in (select id from notifications where recipient_id = $1 order by last_at desc, id desc offset $2)',
)
const dropOldCauses = statement<never>(
  'notifications.drop-causes-beyond-kept',
  `with dropped as (
     delete from notification_causes c using (
       select actor_id, source_id from notification_causes where notification_id = $1 order by happened_at desc, number desc offset $2
     ) old where c.notification_id = $1 and c.actor_id = old.actor_id and c.source_id = old.source_id returning 1
   )
   update notifications set dropped = dropped + (select count(*) from dropped) where id = $1`,
)

/** Which causes are to go, by the names of their rows. */
export interface CauseKey {
  notificationId: number
  actorId: number
  sourceId: number
}

// Locked first and apart: the statement after it sees whatever cause was added to them meanwhile.
const lockNotifications = statement<{ notificationId: number; userId: number }>(
  'notifications.lock',
  `select id as "notificationId", recipient_id as "userId" from notifications where id = any($1::bigint[]) order by id for no key update`,
)
const deleteCauses = statement<never>(
  'notifications.delete-causes',
  `delete from notification_causes c using unnest($1::bigint[], $2::int[], $3::bigint[]) as k (notification_id, actor_id, source_id)
   where c.notification_id = k.notification_id and c.actor_id = k.actor_id and c.source_id = k.source_id`,
)
const deleteWithoutCauses = statement<never>(
  'notifications.delete-without-causes',
  `delete from notifications n where n.id = any($1::bigint[]) and not exists (select from notification_causes c where c.notification_id = n.id)`,
)

/** Drops causes; a notification whose last one it was goes with it. */
export async function dropCauses(tx: Tx, causes: readonly CauseKey[]): Promise<Changed[]> {
  if (causes.length === 0) return []
  const changed = await tx.rows(lockNotifications, [[...new Set(causes.map(({ notificationId }) => notificationId))]])
  const ids = changed.map(({ notificationId }) => notificationId)
  const column = (name: keyof CauseKey) => causes.map((cause) => cause[name])
  await tx.rows(deleteCauses, [column('notificationId'), column('actorId'), column('sourceId')])
  await tx.rows(deleteWithoutCauses, [ids])
  return changed
}
