import type { FeedEntry } from '../../../domain/feeds/home-feed-truth.ts'
import type { Comment } from '../../../domain/interactions/read-comments.ts'
import { findShare, type Share } from '../../../domain/interactions/read-shares.ts'
import type { Post } from '../../../domain/posts/read-posts.ts'
import { maySeeCommentById, maySeePostById } from '../../../domain/visibility/visibility-rules.ts'
import { instantOfId, kindOfId, parseId } from '../../../platform/ids.ts'
import { refuse } from '../../../refusals.ts'
import type { RequestContext } from '../../request-context.ts'
import type { RestSettings } from '../rest-platform.ts'
import { showAccount } from './account.ts'
import { type ShownPost, type Status, showComment, showPost } from './status.ts'

/** What a status is: its id says which. */
export type FoundStatus = { kind: 'post'; post: Post } | { kind: 'comment'; comment: Comment } | { kind: 'share'; share: Share; post: Post }

/** What the caller may see under an id. @throws NOT_FOUND */
export async function findStatus(request: RequestContext, id: string): Promise<FoundStatus> {
  const contentId = parseId(id)
  const kind = contentId === undefined ? undefined : kindOfId(contentId)
  const found = contentId === undefined ? undefined : await FINDERS[kind ?? 'post'](request, contentId)
  if (!found) throw refuse(kind === 'comment' ? 'comment.not-found' : 'post.not-found')
  return found
}

const FINDERS = {
  post: async (request: RequestContext, id: number): Promise<FoundStatus | undefined> => {
    const post = await request.loaders.post.load(id)
    return post && maySeePostById(post, request.viewer) ? { kind: 'post', post } : undefined
  },
  comment: async (request: RequestContext, id: number): Promise<FoundStatus | undefined> => {
    const comment = await request.loaders.comment.load(id)
    const post = comment && (await request.loaders.post.load(comment.postId))
    return comment && post && maySeeCommentById({ ...comment, post }, request.viewer) ? { kind: 'comment', comment } : undefined
  },
  share: async (request: RequestContext, id: number): Promise<FoundStatus | undefined> => {
    const share = await findShare(request.platform.database, id, request.viewer)
    const post = share && (await request.loaders.post.load(share.postId))
    return share && post && maySeePostById(post, request.viewer) ? { kind: 'share', share, post } : undefined
  },
}

export function showFound(settings: RestSettings, request: RequestContext, found: FoundStatus): Promise<Status> {
  if (found.kind === 'comment') return showComment(settings, request, found.comment)
  if (found.kind === 'post') return showPost(settings, request, found.post)
  return showShare(settings, request, { id: found.share.id, sharerId: found.share.authorId }, found.post)
}

/** An entry of a feed: a post, or a share of one. */
export function showEntry(settings: RestSettings, request: RequestContext, entry: FeedEntry): Promise<Status> {
  if (entry.sharedById === null) return showPost(settings, request, entry)
  return showShare(settings, request, { id: entry.entryId, sharerId: entry.sharedById }, entry)
}

/** A share, as clients know it: a status of whoever shared, with the post inside. */
export async function showShare(
  settings: RestSettings,
  request: RequestContext,
  { id, sharerId }: { id: number; sharerId: number },
  post: ShownPost,
): Promise<Status> {
  const [reblog, sharer] = await Promise.all([showPost(settings, request, post), request.loaders.user.load(sharerId)])
  if (!sharer) throw refuse('user.not-found')
  const { pinned: _, ...shown } = reblog
  const url = `${settings.publicUrl}/statuses/${id}`
  const account = await showAccount(settings, request, sharer)
  return { ...shown, id: String(id), uri: url, url, created_at: instantOfId(id).toISOString(), edited_at: null, account, reblog }
}
