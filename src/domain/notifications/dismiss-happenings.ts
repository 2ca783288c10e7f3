import { firstRow, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { notificationsRead } from './notification-facts.ts'

// In the order of ids, as whoever marks them read.
const lockAll = statement<{ id: number }>(
  'notifications.lock-all-to-dismiss',
  'select id from notifications where recipient_id = $1 and dismissed_cause < last_cause order by id for no key update',
)
const dismissThese = statement<never>(
  'notifications.dismiss-all',
  'update notifications set dismissed_cause = last_cause, read_cause = last_cause where id = any($1::bigint[])',
)
const dismissOne = statement<{ id: number }>(
  'notifications.dismiss-one',
  `update notification_causes c set dismissed = true from notifications n
   where n.id = $2 and n.recipient_id = $1 and c.notification_id = n.id and c.number = $3 returning n.id`,
)

/** Takes everything that was done up to now out of readHappenings; in the list of notifications it is read. */
export async function dismissAll(database: Writer, userId: number): Promise<void> {
  await database.transaction(async (tx) => {
    const ids = (await tx.rows(lockAll, [userId])).map(({ id }) => id)
    if (ids.length === 0) return
    await tx.rows(dismissThese, [ids])
    await announce(tx, notificationsRead, { userId })
  })
}

/** Takes one thing that somebody did out of it. What is not there (any more) is no error. */
export async function dismissHappening(database: Writer, userId: number, notificationId: number, number: number): Promise<void> {
  await database.transaction((tx: Tx) => firstRow(tx, dismissOne, [userId, notificationId, number]))
}
