import { deleteComment } from '../../domain/interactions/delete-comment.ts'
import { editComment } from '../../domain/interactions/edit-comment.ts'
import { likeComment, unlikeComment } from '../../domain/interactions/like-comment.ts'
import type { Comment, CommentList } from '../../domain/interactions/read-comments.ts'
import { writeComment } from '../../domain/interactions/write-comment.ts'
import { maySeeComment, maySeeCommentById } from '../../domain/visibility/visibility-rules.ts'
import { instantOfId, parseId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { type RequestContext, requireViewer } from '../request-context.ts'
import { builder, mayAsk, mayWrite } from './builder.ts'
import { connect, connectionType, pageArgs, readPageArgs } from './connections.ts'
import { PostType } from './post-type.ts'
import { loadPost } from './posts.ts'
import { UserType } from './user-type.ts'
import { loadUser } from './users.ts'

export const CommentType = builder.objectRef<Comment>('Comment')
export const CommentConnection = connectionType('Comment', CommentType)

export async function connectComments(
  request: RequestContext,
  list: CommentList,
  ownerId: number,
  given: Parameters<typeof readPageArgs>[0],
) {
  const args = readPageArgs(given)
  return connect(
    list,
    await request.loaders.commentsOf(list, ownerId, args),
    args,
    (comment) => comment.id,
    (comment) => comment,
  )
}

CommentType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    author: t.field({ type: UserType, resolve: (comment, _, request) => loadUser(request, comment.authorId) }),
    post: t.field({ type: PostType, resolve: (comment, _, request) => loadPost(request, comment.postId) }),
    parent: t.field({
      type: CommentType,
      nullable: true,
      resolve: (comment, _, request) => (comment.parentId === null ? null : findComment(request, comment.parentId, maySeeComment)),
    }),
    text: t.exposeString('text'),
    createdAt: t.field({ type: 'DateTime', resolve: (comment) => instantOfId(comment.id) }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true }),
    likeCount: t.int({ resolve: async (comment, _, request) => (await request.loaders.commentCounts.load(comment.id))?.likes ?? 0 }),
    viewerHasLiked: t.boolean({ resolve: (comment, _, request) => request.loaders.did('liked-comments', comment.id) }),
    replyCount: t.int({ resolve: async (comment, _, request) => (await request.loaders.commentCounts.load(comment.id))?.replies ?? 0 }),
    replies: t.field({
      type: CommentConnection,
      args: pageArgs,
      resolve: (comment, args, request) => connectComments(request, 'replies', comment.id, args),
    }),
  }),
})

/** The comment of an id, if the rule lets the viewer see it. */
export async function findComment(request: RequestContext, id: number, maySee: typeof maySeeComment): Promise<Comment | null> {
  const comment = await request.loaders.comment.load(id)
  const post = comment && (await request.loaders.post.load(comment.postId))
  return comment && post && maySee({ ...comment, post }, request.viewer) ? comment : null
}

builder.queryField('comment', (t) =>
  t.field({
    type: CommentType,
    nullable: true,
    args: { id: t.arg.id() },
    ...mayAsk('visitor'),
    resolve: async (_, { id }, request) => {
      const commentId = parseId(id)
      return commentId === undefined ? null : findComment(request, commentId, maySeeCommentById)
    },
  }),
)

export const CommentPayload = builder.objectRef<{ comment: Comment }>('CommentPayload').implement({
  fields: (t) => ({ comment: t.field({ type: CommentType, resolve: (payload) => payload.comment }) }),
})

/** The comment that a mutation has just made or changed. */
export async function commentPayload(request: RequestContext, commentId: number): Promise<{ comment: Comment }> {
  const comment = await request.loaders.comment.load(commentId)
  if (!comment) throw refuse('comment.not-found')
  return { comment }
}

builder.mutationFields((t) => ({
  createComment: t.field({
    type: CommentPayload,
    args: { postId: t.arg.id(), text: t.arg.string(), parentId: t.arg.id({ required: false }), key: t.arg.string({ required: false }) },
    description: 'The same `key` by the same user within a day gives the same comment.',
    ...mayWrite(),
    resolve: async (_, words, request) =>
      commentPayload(request, await writeComment(request.platform.database, requireViewer(request), words)),
  }),
  updateComment: t.field({
    type: CommentPayload,
    args: { id: t.arg.id(), text: t.arg.string() },
    ...mayWrite(),
    resolve: async (_, { id, text }, request) =>
      commentPayload(request, await editComment(request.platform.database, requireViewer(request), id, text)),
  }),
  deleteComment: t.boolean({
    args: { id: t.arg.id() },
    ...mayWrite(),
    resolve: async (_, { id }, request) => {
      await deleteComment(request.platform.database, requireViewer(request), id)
      return true
    },
  }),
  likeComment: t.field({
    type: CommentPayload,
    args: { commentId: t.arg.id() },
    ...mayWrite(),
    resolve: async (_, { commentId }, request) =>
      commentPayload(request, await likeComment(request.platform.database, requireViewer(request), commentId)),
  }),
  unlikeComment: t.field({
    type: CommentPayload,
    args: { commentId: t.arg.id() },
    ...mayWrite(),
    resolve: async (_, { commentId }, request) =>
      commentPayload(request, await unlikeComment(request.platform.database, requireViewer(request), commentId)),
  }),
}))
