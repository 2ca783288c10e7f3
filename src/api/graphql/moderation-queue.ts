import { type LoggedAct, MODERATION_LOG_LIST, readModerationLog } from '../../domain/moderation/moderation-log.ts'
import { NO_THING, type Thing } from '../../domain/moderation/moderation-rules.ts'
import { REPORTS_LIST, type ReportedThing, readReports } from '../../domain/moderation/read-reports.ts'
import { maySeeCommentById, maySeePostById } from '../../domain/visibility/visibility-rules.ts'
import type { RequestContext } from '../request-context.ts'
import { builder, mayAsk } from './builder.ts'
import { CommentType, findComment } from './comments.ts'
import { connect, connectionType, pageArgs, readPageArgs } from './connections.ts'
import { PostType } from './post-type.ts'
import { UserType } from './user-type.ts'

const ReportStateType = builder.enumType('ReportState', {
  values: { OPEN: { value: 'open' }, RESOLVED: { value: 'resolved' }, DISMISSED: { value: 'dismissed' } } as const,
})
const ModerationActionType = builder.enumType('ModerationAction', {
  values: {
    HIDE: { value: 'hide' },
    RESTORE: { value: 'restore' },
    SUSPEND: { value: 'suspend' },
    RESOLVE: { value: 'resolve' },
    DISMISS: { value: 'dismiss' },
  } as const,
})

async function loadPostOf({ postId }: Thing, request: RequestContext) {
  const post = postId === null ? undefined : await request.loaders.post.load(postId)
  return post && maySeePostById(post, request.viewer) ? post : null
}

async function loadCommentOf({ commentId }: Thing, request: RequestContext) {
  return commentId === null ? null : findComment(request, commentId, maySeeCommentById)
}

async function loadUserOf({ userId }: Thing, request: RequestContext) {
  const user = userId === null ? undefined : await request.loaders.user.load(userId)
  return user && !user.isClosed ? user : null
}

const ReportedThingType = builder.objectRef<ReportedThing>('ReportedThing').implement({
  description: 'A post, a comment or a user, and what was reported of it.',
  fields: (t) => ({
    post: t.field({ type: PostType, nullable: true, resolve: (thing, _, request) => loadPostOf(thing, request) }),
    comment: t.field({ type: CommentType, nullable: true, resolve: (thing, _, request) => loadCommentOf(thing, request) }),
    user: t.field({ type: UserType, nullable: true, resolve: (thing, _, request) => loadUserOf(thing, request) }),
    reportCount: t.exposeInt('reportCount'),
    reporterCount: t.exposeInt('reporterCount', { description: 'How many people reported it.' }),
    reasons: t.exposeStringList('reasons', { description: 'What the newest five reports say.' }),
    firstAt: t.expose('firstAt', { type: 'DateTime' }),
    lastAt: t.expose('lastAt', { type: 'DateTime' }),
  }),
})
const ReportedThingConnection = connectionType('ReportedThing', ReportedThingType)

const ModerationActType = builder.objectRef<LoggedAct>('ModerationAct').implement({
  description: 'What a moderator did. It is never changed, and outlives what it is about.',
  fields: (t) => ({
    id: t.exposeID('id'),
    doneAt: t.expose('doneAt', { type: 'DateTime' }),
    moderatorId: t.exposeID('moderatorId', { nullable: true }),
    moderator: t.field({
      type: UserType,
      nullable: true,
      description: 'Null for the command line, and when their account is gone.',
      resolve: ({ moderatorId }, _, request) => loadUserOf({ ...NO_THING, userId: moderatorId }, request),
    }),
    action: t.expose('action', { type: ModerationActionType }),
    postId: t.exposeID('postId', { nullable: true }),
    commentId: t.exposeID('commentId', { nullable: true }),
    userId: t.exposeID('userId', { nullable: true }),
    reason: t.exposeString('reason'),
    reportCount: t.exposeInt('reportCount', { description: 'The open reports that were decided by it.' }),
  }),
})
const ModerationActConnection = connectionType('ModerationAct', ModerationActType)

builder.queryFields((t) => ({
  reports: t.field({
    type: ReportedThingConnection,
    args: { state: t.arg({ type: ReportStateType, required: false, defaultValue: 'open' }), ...pageArgs },
    description: 'For administrators: what was reported, each thing once, the one reported last first.',
    ...mayAsk('admin'),
    resolve: async (_, { state, ...given }, request) => {
      const args = readPageArgs(given)
      return connect(
        REPORTS_LIST,
        await readReports(request.platform.database, state ?? 'open', args),
        args,
        (thing) => thing.key,
        (thing) => thing,
      )
    },
  }),
  moderationLog: t.field({
    type: ModerationActConnection,
    args: pageArgs,
    description: 'For administrators: what moderators did, newest first.',
    ...mayAsk('admin'),
    resolve: async (_, given, request) => {
      const args = readPageArgs(given)
      return connect(
        MODERATION_LOG_LIST,
        await readModerationLog(request.platform.database, args),
        args,
        (act) => act.id,
        (act) => act,
      )
    },
  }),
}))
