import { type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { parseId } from '../../platform/ids.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { notificationsRead } from './notification-facts.ts'
import { readUnreadCount } from './read-notifications.ts'

const IDS_MAX = 100

/**
 * Marks these notifications of the viewer's read, or all that have come up to now, and answers how many are left unread. What was read stays
 * read; what somebody does after it is unread again.
 * @throws BAD_USER_INPUT, NOT_FOUND when one of them is not there or somebody else's: then nothing is marked
 */
export async function markNotificationsRead(
  database: Reader & Writer,
  userId: number,
  ids: readonly (string | number)[] | null,
): Promise<number> {
  if (ids !== null && ids.length > IDS_MAX) throw refuseInput('ids', `ids must be at most ${IDS_MAX}.`)
  const asked = ids && [...new Set(ids.map((id) => parseId(id)))]
  await database.transaction(async (tx) => {
    const notifications = await lockNotifications(tx, userId, asked)
    if (asked && notifications.length < asked.length) throw refuse('notification.not-found')
    const unread = notifications.filter(({ isBehind }) => isBehind).map(({ id }) => id)
    if (unread.length === 0) return
    await tx.rows(markThese, [unread])
    await announce(tx, notificationsRead, { userId })
  })
  return readUnreadCount(database, userId)
}

interface Locked {
  id: number
  isBehind: boolean
}

// In the order of ids, so that two devices never wait for each other.
const lockAll = statement<Locked>(
  'notifications.lock-all-of',
  `select id, last_cause > read_cause as "isBehind" from notifications where recipient_id = $1 order by id for no key update`,
)
const lockSome = statement<Locked>(
  'notifications.lock-some-of',
  `select id, last_cause > read_cause as "isBehind" from notifications where recipient_id = $1 and id = any($2::bigint[]) order by id for no key update`,
)
const markThese = statement<never>(
  'notifications.mark-read',
  'update notifications set read_cause = last_cause where id = any($1::bigint[])',
)

function lockNotifications(tx: Tx, userId: number, ids: readonly (number | undefined)[] | null): Promise<Locked[]> {
  return ids ? tx.rows(lockSome, [userId, ids.filter((id) => id !== undefined)]) : tx.rows(lockAll, [userId])
}
