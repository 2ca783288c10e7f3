import { deletePost } from '../../domain/posts/delete-post.ts'
import { editPost } from '../../domain/posts/edit-post.ts'
import { publishPost } from '../../domain/posts/publish-post.ts'
import { POST_EDITS_LIST, type PostEdit } from '../../domain/posts/read-post-edits.ts'
import { type Post, PUBLIC_FEED_LIST, readPublicFeed } from '../../domain/posts/read-posts.ts'
import { maySeePost, maySeePostById } from '../../domain/visibility/visibility-rules.ts'
import { instantOfId, parseId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { type RequestContext, requireViewer } from '../request-context.ts'
import { builder, mayAsk, mayWrite } from './builder.ts'
import { connect, connectionType, pageArgs, readPageArgs } from './connections.ts'
import { readAhead } from './look-ahead.ts'
import { plainly, plainWhere } from './plain-fields.ts'
import { PostConnection, PostType, type ShownPost, VisibilityType } from './post-type.ts'
import { UserType } from './user-type.ts'
import { loadUser } from './users.ts'

/** The post of an id as the viewer sees it; null when it is not there or may not be seen. */
export async function loadVisiblePost(request: RequestContext, id: number): Promise<Post | null> {
  const post = await request.loaders.post.load(id)
  return post && maySeePost(post, request.viewer) ? post : null
}

/** The post that a mutation has just made or changed. */
export async function loadPost(request: RequestContext, id: number): Promise<Post> {
  const post = await request.loaders.post.load(id)
  if (!post) throw refuse('post.not-found')
  return post
}

const PostEditType = builder.objectRef<PostEdit>('PostEdit').implement({
  description: 'What a post said until it was edited.',
  fields: (t) => ({
    content: t.exposeString('content'),
    contentWarning: t.exposeString('contentWarning', { nullable: true }),
    sensitive: t.exposeBoolean('sensitive'),
    mediaUrl: t.string({ nullable: true, resolve: (edit, _, request) => request.platform.mediaUrls.shown(edit.mediaUrl) }),
    replacedAt: t.expose('replacedAt', { type: 'DateTime' }),
  }),
})
const PostEditConnection = connectionType('PostEdit', PostEditType)

PostType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    author: t.field({
      type: UserType,
      ...plainWhere((post: ShownPost) => post.author),
      resolve: (post, _, request) => post.author ?? loadUser(request, post.authorId),
    }),
    content: t.exposeString('content'),
    contentWarning: t.exposeString('contentWarning', {
      nullable: true,
      description: 'Stands in front of the content, which waits behind it.',
    }),
    sensitive: t.exposeBoolean('sensitive', { description: 'Its media are covered at first.' }),
    language: t.exposeString('language', { nullable: true, description: 'A BCP 47 tag, as its author gave it.' }),
    visibility: t.expose('visibility', { type: VisibilityType }),
    createdAt: t.field({ type: 'DateTime', ...plainly((post: ShownPost) => post.createdAt ?? instantOfId(post.id)) }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true, description: 'Null until the first edit.' }),
    edits: t.field({
      type: PostEditConnection,
      args: pageArgs,
      description: 'What the post said before each edit, newest first.',
      resolve: async (post, given, request) => {
        const args = readPageArgs(given)
        return connect(
          POST_EDITS_LIST,
          await request.loaders.editsOf(post.id, args),
          args,
          (edit) => edit.key,
          (edit) => edit,
        )
      },
    }),
    quotedPost: t.field({
      type: PostType,
      nullable: true,
      ...plainWhere((post: ShownPost) => (post.quotedPostId === null ? null : undefined)),
      resolve: (post, _, request) => (post.quotedPostId === null ? null : loadVisiblePost(request, post.quotedPostId)),
    }),
  }),
})

builder.queryFields((t) => ({
  post: t.field({
    type: PostType,
    nullable: true,
    args: { id: t.arg.id() },
    ...mayAsk('visitor'),
    resolve: async (_, { id }, request) => {
      const postId = parseId(id)
      const post = postId === undefined ? undefined : await request.loaders.post.load(postId)
      return post && maySeePostById(post, request.viewer) ? post : null
    },
  }),
  publicFeed: t.field({
    type: PostConnection,
    args: pageArgs,
    description: 'Public posts of everyone, newest first: what a visitor sees before following anyone.',
    ...mayAsk('visitor'),
    resolve: async (_, given, request, info) => {
      const args = readPageArgs(given)
      const slice = await readPublicFeed(request.platform.database, args, request.viewer)
      await readAhead(request, info, slice.rows)
      return connect(
        PUBLIC_FEED_LIST,
        slice,
        args,
        (post) => post.id,
        (post) => post,
      )
    },
  }),
}))

export const PostPayload = builder.objectRef<{ post: Post }>('PostPayload').implement({
  fields: (t) => ({ post: t.field({ type: PostType, resolve: (payload) => payload.post }) }),
})

builder.mutationFields((t) => ({
  createPost: t.field({
    type: PostPayload,
    args: {
      content: t.arg.string(),
      mediaUrl: t.arg.string({ required: false }),
      mediaIds: t.arg.idList({ required: false }),
      contentWarning: t.arg.string({ required: false }),
      sensitive: t.arg.boolean({ required: false }),
      language: t.arg.string({ required: false }),
      visibility: t.arg({ type: VisibilityType, required: false, defaultValue: 'PUBLIC' }),
      quotedPostId: t.arg.id({ required: false }),
      key: t.arg.string({ required: false }),
    },
    description: 'The same `key` by the same user within a day gives the same post: safe to repeat when an answer was lost.',
    ...mayWrite(),
    resolve: async (_, { visibility, ...words }, request) => {
      const postId = await publishPost(request.platform.database, requireViewer(request), { ...words, visibility: visibility ?? 'PUBLIC' })
      return { post: await loadPost(request, postId) }
    },
  }),
  updatePost: t.field({
    type: PostPayload,
    args: {
      id: t.arg.id(),
      content: t.arg.string({ required: false }),
      mediaUrl: t.arg.string({ required: false }),
      contentWarning: t.arg.string({ required: false }),
      sensitive: t.arg.boolean({ required: false }),
      language: t.arg.string({ required: false }),
    },
    ...mayWrite(),
    resolve: async (_, { id, ...change }, request) => {
      const postId = await editPost(request.platform.database, requireViewer(request), id, change)
      return { post: await loadPost(request, postId) }
    },
  }),
  deletePost: t.boolean({
    args: { id: t.arg.id() },
    ...mayWrite(),
    resolve: async (_, { id }, request) => {
      await deletePost(request.platform.database, requireViewer(request), id)
      return true
    },
  }),
}))
