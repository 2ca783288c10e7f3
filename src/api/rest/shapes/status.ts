import { z } from 'zod'
import type { User } from '../../../domain/accounts/read-users.ts'
import type { Comment } from '../../../domain/interactions/read-comments.ts'
import type { PostCounts } from '../../../domain/interactions/read-counts.ts'
import type { Post } from '../../../domain/posts/read-posts.ts'
import { instantOfId } from '../../../platform/ids.ts'
import { refuse } from '../../../refusals.ts'
import type { RequestContext } from '../../request-context.ts'
import type { RestSettings } from '../rest-platform.ts'
import { accountShape, showAccount } from './account.ts'
import { htmlOf } from './html.ts'
import { mediaShape, showMediaOf } from './media.ts'
import { mentionShape, shortTagShape, showWords } from './words.ts'

/** A post, a comment, or a share of a post: https://docs.joinmastodon.org/entities/Status/ */
export const statusShape = z
  .object({
    id: z.string(),
    uri: z.string(),
    url: z.string().nullable(),
    created_at: z.iso.datetime(),
    edited_at: z.iso.datetime().nullable(),
    account: accountShape,
    content: z.string().describe('HTML'),
    text: z.string().optional().describe('As it was written; for its author alone.'),
    visibility: z.enum(['public', 'private']),
    sensitive: z.boolean(),
    spoiler_text: z.string(),
    language: z.string().nullable(),
    in_reply_to_id: z.string().nullable(),
    in_reply_to_account_id: z.string().nullable(),
    get reblog() {
      return statusShape.nullable()
    },
    media_attachments: z.array(mediaShape),
    mentions: z.array(mentionShape),
    tags: z.array(shortTagShape),
    emojis: z.array(z.never()),
    application: z.null(),
    card: z.null(),
    poll: z.null(),
    replies_count: z.number().int(),
    reblogs_count: z.number().int(),
    favourites_count: z.number().int(),
    favourited: z.boolean().optional(),
    reblogged: z.boolean().optional(),
    bookmarked: z.boolean().optional(),
    muted: z.boolean().optional(),
    pinned: z.boolean().optional(),
    filtered: z.array(z.never()).optional(),
  })
  .meta({ id: 'Status' })
export type Status = z.infer<typeof statusShape>

/** A post, with what came along with it. */
export type ShownPost = Post & { author?: User; counts?: PostCounts }

export async function showPost(settings: RestSettings, request: RequestContext, post: ShownPost): Promise<Status> {
  const [author, counts, favourited, reblogged, bookmarked, words, media] = await Promise.all([
    post.author ?? loadUser(request, post.authorId),
    post.counts ?? request.loaders.postCounts.load(post.id),
    request.loaders.did('liked-posts', post.id),
    request.loaders.did('shared-posts', post.id),
    request.loaders.did('bookmarked-posts', post.id),
    showWords(settings.publicUrl, request, post.content),
    showMediaOf(request, post),
  ])
  return {
    ...whatAllHave(settings, post.id, post.content, post.editedAt),
    ...words,
    media_attachments: media,
    sensitive: post.sensitive,
    spoiler_text: post.contentWarning ?? '',
    language: post.language,
    account: await showAccount(settings, request, author),
    visibility: post.visibility === 'PUBLIC' ? 'public' : 'private',
    in_reply_to_id: null,
    in_reply_to_account_id: null,
    reblog: null,
    replies_count: counts?.comments ?? 0,
    reblogs_count: counts?.shares ?? 0,
    favourites_count: counts?.likes ?? 0,
    ...(request.viewer && { favourited, reblogged, bookmarked, muted: false, filtered: [] }),
    ...(request.viewer?.id === post.authorId && { pinned: post.pinned }),
  }
}

/** A comment as a status that replies to its post, or to the comment above it. It is as visible as its post, which the viewer may see. */
export async function showComment(settings: RestSettings, request: RequestContext, comment: Comment): Promise<Status> {
  const { loaders } = request
  const [author, counts, favourited, words, post, above] = await Promise.all([
    loadUser(request, comment.authorId),
    loaders.commentCounts.load(comment.id),
    loaders.did('liked-comments', comment.id),
    showWords(settings.publicUrl, request, comment.text),
    loaders.post.load(comment.postId),
    comment.parentId === null ? undefined : loaders.comment.load(comment.parentId),
  ])
  if (!post) throw refuse('comment.not-found')
  return {
    ...whatAllHave(settings, comment.id, comment.text, comment.editedAt),
    ...words,
    account: await showAccount(settings, request, author),
    visibility: post.visibility === 'PUBLIC' ? 'public' : 'private',
    in_reply_to_id: String(comment.parentId ?? comment.postId),
    in_reply_to_account_id: String((above ?? post).authorId),
    reblog: null,
    replies_count: counts?.replies ?? 0,
    reblogs_count: 0,
    favourites_count: counts?.likes ?? 0,
    ...(request.viewer && { favourited, reblogged: false, bookmarked: false, muted: false, filtered: [] }),
  }
}

/** What a post, a comment and a share have alike. */
function whatAllHave({ publicUrl }: RestSettings, id: number, words: string, editedAt: Date | null) {
  const url = `${publicUrl}/statuses/${id}`
  return {
    id: String(id),
    uri: url,
    url,
    created_at: instantOfId(id).toISOString(),
    edited_at: editedAt?.toISOString() ?? null,
    content: htmlOf(words, publicUrl),
    sensitive: false,
    spoiler_text: '',
    language: null,
    media_attachments: [],
    mentions: [],
    tags: [],
    emojis: [],
    application: null,
    card: null,
    poll: null,
  }
}

async function loadUser(request: RequestContext, id: number): Promise<User> {
  const user = await request.loaders.user.load(id)
  if (!user) throw refuse('user.not-found')
  return user
}
