import { decideReports } from '../../domain/moderation/decide-reports.ts'
import { hideReportedComment, hideReportedPost, restoreHiddenComment, restoreHiddenPost } from '../../domain/moderation/hide-content.ts'
import { report } from '../../domain/moderation/report.ts'
import { restoreUser, suspendUser } from '../../domain/moderation/suspend-user.ts'
import { requireViewer } from '../request-context.ts'
import { UserPayload } from './accounts.ts'
import { builder, mayWrite } from './builder.ts'
import { CommentPayload, commentPayload } from './comments.ts'
import { loadPost, PostPayload } from './posts.ts'
import { loadUser } from './users.ts'

const reportedIds = builder.args((t) => ({
  postId: t.id({ required: false }),
  commentId: t.id({ required: false }),
  userId: t.id({ required: false }),
}))

builder.mutationField('report', (t) =>
  t.boolean({
    args: { ...reportedIds, reason: t.arg.string() },
    ...mayWrite(),
    resolve: async (_, given, request) => {
      await report(request.platform.database, requireViewer(request), given)
      return true
    },
  }),
)

const LOGGED = 'For administrators; the reason goes into the log. Doing it twice is doing it once.'

builder.mutationFields((t) => ({
  hidePost: t.field({
    type: PostPayload,
    args: { id: t.arg.id(), reason: t.arg.string() },
    description: `Hides a post from everybody but its author and administrators, and resolves its reports. ${LOGGED}`,
    ...mayWrite('admin'),
    resolve: async (_, { id, reason }, request) => {
      const postId = await hideReportedPost(request.platform.database, requireViewer(request), id, reason)
      return { post: await loadPost(request, postId) }
    },
  }),
  restorePost: t.field({
    type: PostPayload,
    args: { id: t.arg.id(), reason: t.arg.string() },
    description: `Shows a hidden post again, where it stood. ${LOGGED}`,
    ...mayWrite('admin'),
    resolve: async (_, { id, reason }, request) => {
      const postId = await restoreHiddenPost(request.platform.database, requireViewer(request), id, reason)
      return { post: await loadPost(request, postId) }
    },
  }),
  hideComment: t.field({
    type: CommentPayload,
    args: { id: t.arg.id(), reason: t.arg.string() },
    description: `Hides a comment from everybody but its author and administrators; replies below it stay. ${LOGGED}`,
    ...mayWrite('admin'),
    resolve: async (_, { id, reason }, request) =>
      commentPayload(request, await hideReportedComment(request.platform.database, requireViewer(request), id, reason)),
  }),
  restoreComment: t.field({
    type: CommentPayload,
    args: { id: t.arg.id(), reason: t.arg.string() },
    description: `Shows a hidden comment again. ${LOGGED}`,
    ...mayWrite('admin'),
    resolve: async (_, { id, reason }, request) =>
      commentPayload(request, await restoreHiddenComment(request.platform.database, requireViewer(request), id, reason)),
  }),
  suspendUser: t.field({
    type: UserPayload,
    args: { userId: t.arg.id(), reason: t.arg.string() },
    description: `Ends a user's sessions and takes all that they wrote and did from everybody's sight. Not oneself, and not the last administrator. ${LOGGED}`,
    ...mayWrite('admin'),
    resolve: async (_, { userId, reason }, request) => ({
      user: await loadUser(request, await suspendUser(request.platform.database, requireViewer(request).id, userId, reason)),
    }),
  }),
  restoreUser: t.field({
    type: UserPayload,
    args: { userId: t.arg.id(), reason: t.arg.string() },
    description: `Ends a suspension: everything stands again where it stood. ${LOGGED}`,
    ...mayWrite('admin'),
    resolve: async (_, { userId, reason }, request) => ({
      user: await loadUser(request, await restoreUser(request.platform.database, requireViewer(request).id, userId, reason)),
    }),
  }),
  resolveReports: t.int({
    args: { ...reportedIds, reason: t.arg.string() },
    description: 'For administrators: the open reports of this thing were right. Answers how many there were.',
    ...mayWrite('admin'),
    resolve: (_, { reason, ...given }, request) =>
      decideReports(request.platform.database, requireViewer(request).id, given, { action: 'resolve', reason }),
  }),
  dismissReports: t.int({
    args: { ...reportedIds, reason: t.arg.string() },
    description: 'For administrators: the open reports of this thing were not right. Answers how many there were.',
    ...mayWrite('admin'),
    resolve: (_, { reason, ...given }, request) =>
      decideReports(request.platform.database, requireViewer(request).id, given, { action: 'dismiss', reason }),
  }),
}))
