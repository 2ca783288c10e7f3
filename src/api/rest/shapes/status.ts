import { z } from 'zod'
import type { User } from '../../../domain/accounts/read-users.ts'
import type { PostCounts } from '../../../domain/interactions/read-counts.ts'
import type { Post } from '../../../domain/posts/read-posts.ts'
import { instantOfId } from '../../../platform/ids.ts'
import { refuse } from '../../../refusals.ts'
import type { RequestContext } from '../../request-context.ts'
import type { RestSettings } from '../rest-platform.ts'
import { accountShape, showAccount } from './account.ts'
import { htmlOf } from './html.ts'

const mentionShape = z.object({ id: z.string(), username: z.string(), acct: z.string(), url: z.string() })
const tagShape = z.object({ name: z.string(), url: z.string() })

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
    media_attachments: z.array(z.record(z.string(), z.unknown())),
    mentions: z.array(mentionShape),
    tags: z.array(tagShape),
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
  const [author, counts, favourited, reblogged] = await Promise.all([
    post.author ?? loadUser(request, post.authorId),
    post.counts ?? request.loaders.postCounts.load(post.id),
    request.loaders.did('liked-posts', post.id),
    request.loaders.did('shared-posts', post.id),
  ])
  return {
    ...whatAllHave(settings, post.id, post.content, post.editedAt),
    account: await showAccount(settings, request, author),
    visibility: post.visibility === 'PUBLIC' ? 'public' : 'private',
    in_reply_to_id: null,
    in_reply_to_account_id: null,
    reblog: null,
    replies_count: counts?.comments ?? 0,
    reblogs_count: counts?.shares ?? 0,
    favourites_count: counts?.likes ?? 0,
    ...(request.viewer && { favourited, reblogged, bookmarked: false, muted: false, filtered: [] }),
    ...(request.viewer?.id === post.authorId && { pinned: false }),
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
