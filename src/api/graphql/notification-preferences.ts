import { NOTIFICATION_CHANNELS } from '../../domain/notifications/notification-kinds.ts'
import {
  type NotificationPreference,
  readNotificationPreferences,
  updateNotificationPreferences,
} from '../../domain/notifications/preferences.ts'
import { requireViewer } from '../request-context.ts'
import { builder, mayAsk, mayWrite } from './builder.ts'
import { NotificationKindType } from './notifications.ts'

const NotificationChannelType = builder.enumType('NotificationChannel', {
  description:
    'IN_APP: the list of notifications, its unread count, and what is told at once. EMAIL: one mail a day of what is unread, to a verified address; off until asked for.',
  values: NOTIFICATION_CHANNELS,
})

const PreferenceType = builder.objectRef<NotificationPreference>('NotificationPreference').implement({
  description: 'Whether the viewer wants to hear of one kind over one channel.',
  fields: (t) => ({
    kind: t.expose('kind', { type: NotificationKindType }),
    channel: t.expose('channel', { type: NotificationChannelType }),
    enabled: t.exposeBoolean('enabled'),
  }),
})

const PreferenceInput = builder.inputType('NotificationPreferenceInput', {
  fields: (t) => ({
    kind: t.field({ type: NotificationKindType }),
    channel: t.field({ type: NotificationChannelType }),
    enabled: t.boolean(),
  }),
})

builder.queryField('notificationPreferences', (t) =>
  t.field({
    type: [PreferenceType],
    description: 'What the viewer wants to hear of, for every kind and channel.',
    ...mayAsk('user'),
    resolve: (_, __, request) => readNotificationPreferences(request.platform.database, requireViewer(request).id),
  }),
)

builder.mutationField('updateNotificationPreferences', (t) =>
  t.field({
    type: [PreferenceType],
    args: { preferences: t.arg({ type: [PreferenceInput] }) },
    description:
      'Changes what is named and leaves the rest; answers all. A kind that is switched off is not shown, and is shown again, with what came meanwhile, when it is switched on.',
    ...mayWrite(),
    resolve: (_, { preferences }, request) =>
      updateNotificationPreferences(request.platform.database, requireViewer(request).id, preferences),
  }),
)
