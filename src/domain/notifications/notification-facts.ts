import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const ofUser = z.object({ userId: z.number().int() })
const one = ofUser.extend({ notificationId: z.number().int() })

/** A notification came, or somebody more did it. Whether its recipient may see it is for whoever shows it to ask: `readNotification`. */
export const notificationAdded = defineFact('notification.added', one)
/** A notification went, or somebody less did it: what is left is for `readNotification` to say. */
export const notificationRetracted = defineFact('notification.retracted', one)
/** The user has read some or all: their other devices may ask for the count. */
export const notificationsRead = defineFact('notifications.read', ofUser, ({ userId }) => userId)
