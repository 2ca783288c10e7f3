import { likePost, unlikePost } from '../../domain/interactions/like-post.ts'
import type { Reaction, ReactionList } from '../../domain/interactions/read-reactions.ts'
import { sharePost, unsharePost } from '../../domain/interactions/share-post.ts'
import { type RequestContext, requireViewer } from '../request-context.ts'
import { builder, mayWrite } from './builder.ts'
import { CommentConnection, connectComments } from './comments.ts'
import { connect, connectionType, pageArgs, readPageArgs } from './connections.ts'
import { atHandWhere, plainWhere } from './plain-fields.ts'
import { PostType, type ShownPost } from './post-type.ts'
import { loadPost, PostPayload } from './posts.ts'
import { UserType } from './user-type.ts'
import { loadUser } from './users.ts'

const LikeType = builder.objectRef<Reaction>('Like').implement({
  fields: (t) => ({
    user: t.field({ type: UserType, resolve: (like, _, request) => loadUser(request, like.authorId) }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})
const LikeConnection = connectionType('Like', LikeType)

const ShareType = builder.objectRef<Reaction>('Share').implement({
  fields: (t) => ({
    user: t.field({ type: UserType, resolve: (share, _, request) => loadUser(request, share.authorId) }),
    message: t.exposeString('message', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})
const ShareConnection = connectionType('Share', ShareType)

async function connectReactions(request: RequestContext, list: ReactionList, postId: number, given: Parameters<typeof readPageArgs>[0]) {
  const args = readPageArgs(given)
  return connect(
    list,
    await request.loaders.reactionsOf(list, postId, args),
    args,
    (reaction) => reaction.key,
    (reaction) => reaction,
  )
}

/** At once where the counts came along with the post. */
function countOf(request: RequestContext, post: ShownPost, name: 'likes' | 'comments' | 'shares'): number | Promise<number> {
  return post.counts ? post.counts[name] : request.loaders.postCounts.load(post.id).then((counts) => counts?.[name] ?? 0)
}

builder.objectFields(PostType, (t) => ({
  likeCount: t.int({
    description: "The three counts are of everyone's, whoever looks; lists leave out what the viewer may not see.",
    ...plainWhere((post: ShownPost) => post.counts?.likes),
    resolve: (post, _, request) => countOf(request, post, 'likes'),
  }),
  commentCount: t.int({
    ...plainWhere((post: ShownPost) => post.counts?.comments),
    resolve: (post, _, request) => countOf(request, post, 'comments'),
  }),
  shareCount: t.int({
    ...plainWhere((post: ShownPost) => post.counts?.shares),
    resolve: (post, _, request) => countOf(request, post, 'shares'),
  }),
  viewerHasLiked: t.boolean({
    ...atHandWhere((post: ShownPost, request) => request.loaders.knows('liked-posts', post.id)),
    resolve: (post, _, request) => request.loaders.did('liked-posts', post.id),
  }),
  viewerHasShared: t.boolean({
    ...atHandWhere((post: ShownPost, request) => request.loaders.knows('shared-posts', post.id)),
    resolve: (post, _, request) => request.loaders.did('shared-posts', post.id),
  }),
  comments: t.field({
    type: CommentConnection,
    args: pageArgs,
    description: 'Top-level comments, oldest first.',
    resolve: (post, args, request) => connectComments(request, 'comments', post.id, args),
  }),
  likes: t.field({
    type: LikeConnection,
    args: pageArgs,
    resolve: (post, args, request) => connectReactions(request, 'likes', post.id, args),
  }),
  shares: t.field({
    type: ShareConnection,
    args: pageArgs,
    resolve: (post, args, request) => connectReactions(request, 'shares', post.id, args),
  }),
}))

async function payload(request: RequestContext, postId: number) {
  return { post: await loadPost(request, postId) }
}

builder.mutationFields((t) => ({
  likePost: t.field({
    type: PostPayload,
    args: { postId: t.arg.id() },
    ...mayWrite(),
    resolve: async (_, { postId }, request) => payload(request, await likePost(request.platform.database, requireViewer(request), postId)),
  }),
  unlikePost: t.field({
    type: PostPayload,
    args: { postId: t.arg.id() },
    ...mayWrite(),
    resolve: async (_, { postId }, request) =>
      payload(request, await unlikePost(request.platform.database, requireViewer(request), postId)),
  }),
  sharePost: t.field({
    type: PostPayload,
    args: { postId: t.arg.id(), message: t.arg.string({ required: false }) },
    description:
      'Only PUBLIC posts can be shared (else FORBIDDEN). One share a user and post; shared again after an unshare it stands at the new time.',
    ...mayWrite(),
    resolve: async (_, { postId, message }, request) =>
      payload(request, await sharePost(request.platform.database, requireViewer(request), postId, message ?? null)),
  }),
  unsharePost: t.field({
    type: PostPayload,
    args: { postId: t.arg.id() },
    ...mayWrite(),
    resolve: async (_, { postId }, request) =>
      payload(request, await unsharePost(request.platform.database, requireViewer(request), postId)),
  }),
}))
