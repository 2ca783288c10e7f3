import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { refuseInput } from '../../refusals.ts'
import { NOTIFICATION_CHANNELS, NOTIFICATION_KINDS, type NotificationChannel, type NotificationKind } from './notification-kinds.ts'

/** Whether a user wants to hear of one kind over one channel. */
export interface NotificationPreference {
  kind: NotificationKind
  channel: NotificationChannel
  enabled: boolean
}

const ENABLED_BY_DEFAULT: Record<NotificationChannel, boolean> = { IN_APP: true, EMAIL: false }
const AT_ONCE_MAX = 100

const preferencesOf = statement<NotificationPreference>(
  'notifications.preferences-of',
  'select kind, channel, enabled from notification_preferences where user_id = $1',
)

/** What a user wants, of every kind and channel. */
export async function readNotificationPreferences(reader: Reader, userId: number): Promise<NotificationPreference[]> {
  const set = await reader.rows(preferencesOf, [userId])
  return NOTIFICATION_CHANNELS.flatMap((channel) =>
    NOTIFICATION_KINDS.map((kind) => {
      const own = set.find((each) => each.kind === kind && each.channel === channel)
      return { kind, channel, enabled: own?.enabled ?? ENABLED_BY_DEFAULT[channel] }
    }),
  )
}

const setPreferences = statement<never>(
  'notifications.set-preferences',
  `insert into notification_preferences (user_id, kind, channel, enabled)
   select $1, * from unnest($2::notification_kind[], $3::notification_channel[], $4::boolean[])
   on conflict (user_id, kind, channel) do update set enabled = excluded.enabled`,
)

/** Changes what is named, and leaves the rest; of two that name the same, the last counts. Answers all. @throws BAD_USER_INPUT */
export async function updateNotificationPreferences(
  database: Reader & Writer,
  userId: number,
  changes: readonly NotificationPreference[],
): Promise<NotificationPreference[]> {
  if (changes.length > AT_ONCE_MAX) throw refuseInput('preferences', `preferences must be at most ${AT_ONCE_MAX}.`)
  const last = [...new Map(changes.map((change) => [`${change.kind} ${change.channel}`, change])).values()]
  const column = (name: keyof NotificationPreference) => last.map((change) => change[name])
  await database.transaction((tx) => tx.rows(setPreferences, [userId, column('kind'), column('channel'), column('enabled')]))
  return readNotificationPreferences(database, userId)
}
