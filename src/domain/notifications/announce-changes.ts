import { statement, type Tx } from '../../platform/database/statement.ts'
import { announceAll } from '../../platform/outbox/announce-all.ts'
import type { Changed } from './keep-causes.ts'
import { notificationAdded, notificationRetracted } from './notification-facts.ts'

/** A recipient is told of so many changes a minute at once; the others they see when they look. */
export const ANNOUNCEMENTS_A_MINUTE_MAX = 100

const countAnnouncements = statement<{ userId: number; many: number }>(
  'notifications.count-announcements',
  `insert into notification_announcements (recipient_id, minute, many)
   select id, date_trunc('minute', now()), 1 from (select distinct unnest($1::int[]) as id order by id) told
   on conflict (recipient_id) do update set minute = excluded.minute,
     many = case when notification_announcements.minute = excluded.minute then notification_announcements.many + 1 else 1 end
   returning recipient_id as "userId", many`,
)

/** Announces which notifications have changed, unless their recipient is told too much already. */
export async function announceChanges(tx: Tx, { added, retracted }: { added: Changed[]; retracted: Changed[] }): Promise<void> {
  const changed = [...added, ...retracted]
  if (changed.length === 0) return
  const counted = await tx.rows(countAnnouncements, [changed.map(({ userId }) => userId)])
  const told = new Set(counted.filter(({ many }) => many <= ANNOUNCEMENTS_A_MINUTE_MAX).map(({ userId }) => userId))
  const isTold = ({ userId }: Changed) => told.has(userId)
  const isAdded = new Set(added.map(({ notificationId }) => notificationId))
  await announceAll(tx, notificationAdded, added.filter(isTold))
  await announceAll(
    tx,
    notificationRetracted,
    retracted.filter((one) => isTold(one) && !isAdded.has(one.notificationId)),
  )
}
