import { markNotificationsRead } from '../../domain/notifications/mark-read.ts'
import { NOTIFICATION_KINDS } from '../../domain/notifications/notification-kinds.ts'
import {
  ACTORS_NAMED_MAX,
  cursorOf,
  type Notification,
  readNotifications,
  readUnreadCount,
} from '../../domain/notifications/read-notifications.ts'
import { maySeeComment } from '../../domain/visibility/visibility-rules.ts'
import { requireViewer } from '../request-context.ts'
import { builder, mayAsk, mayWrite } from './builder.ts'
import { CommentType, findComment } from './comments.ts'
import { type Connection, connectionType, pageArgs, readPageArgs } from './connections.ts'
import { PostType } from './post-type.ts'
import { loadVisiblePost } from './posts.ts'
import { UserType } from './user-type.ts'
import { loadUser } from './users.ts'

export const NotificationKindType = builder.enumType('NotificationKind', { values: NOTIFICATION_KINDS })

export const NotificationType = builder.objectRef<Notification>('Notification').implement({
  description: 'Whatever of one kind others did to one thing of the viewer. It stands where it last happened.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.expose('kind', { type: NotificationKindType }),
    actors: t.field({
      type: [UserType],
      description: 'The newest few who did it; `actorCount` counts all.',
      extensions: { countsAs: ACTORS_NAMED_MAX },
      resolve: ({ actorIds }, _, request) => Promise.all(actorIds.map((id) => loadUser(request, id))),
    }),
    actorCount: t.exposeInt('actorCount'),
    post: t.field({
      type: PostType,
      nullable: true,
      description: 'What was liked, commented or shared; of a mention, the post that mentions or quotes, or whose comment does.',
      resolve: ({ postId }, _, request) => (postId === null ? null : loadVisiblePost(request, postId)),
    }),
    comment: t.field({
      type: CommentType,
      nullable: true,
      description: 'The comment that was liked or that mentions; of comments and replies, the newest.',
      resolve: ({ commentId }, _, request) => (commentId === null ? null : findComment(request, commentId, maySeeComment)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it last happened.' }),
    isRead: t.exposeBoolean('isRead'),
  }),
})
const NotificationConnection = connectionType('Notification', NotificationType)

builder.queryFields((t) => ({
  notifications: t.field({
    type: NotificationConnection,
    args: { ...pageArgs, unreadOnly: t.arg.boolean({ defaultValue: false, required: false }) },
    description: 'What others did, what happened last first, of the kinds that the viewer wants to hear of.',
    ...mayAsk('user'),
    resolve: async (_, { unreadOnly, ...given }, request): Promise<Connection<Notification>> => {
      const args = { ...readPageArgs(given), unreadOnly: unreadOnly ?? false }
      const { rows, hasNextPage } = await readNotifications(request.platform.database, requireViewer(request).id, args)
      const edges = rows.map((node) => ({ cursor: cursorOf(node), node }))
      const hasPreviousPage = args.after !== undefined && args.after !== null
      return {
        edges,
        pageInfo: { hasNextPage, hasPreviousPage, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null },
      }
    },
  }),
  unreadNotificationCount: t.int({
    description: 'How many `notifications(unreadOnly: true)` shows on all its pages.',
    ...mayAsk('user'),
    resolve: (_, __, request) => readUnreadCount(request.platform.database, requireViewer(request).id),
  }),
}))

builder.mutationField('markNotificationsRead', (t) =>
  t.int({
    args: { ids: t.arg.idList({ required: false }) },
    description: 'Marks these read, or all up to now when `ids` is left out. Returns the unread count that remains.',
    ...mayWrite(),
    resolve: (_, { ids }, request) => markNotificationsRead(request.platform.database, requireViewer(request).id, ids ?? null),
  }),
)
