import { z } from 'zod'
import { writeComment } from '../../domain/interactions/write-comment.ts'
import { publishPost } from '../../domain/posts/publish-post.ts'
import { refuseInput } from '../../refusals.ts'
import { type RequestContext, requireViewer } from '../request-context.ts'
import { listOf, yesOrNo } from './shapes/parameters.ts'
import { findStatus } from './shapes/shown-status.ts'

export const newStatus = z.object({
  status: z.string().nullish(),
  media_ids: listOf(z.string()).nullish(),
  in_reply_to_id: z.string().nullish(),
  visibility: z.string().nullish().describe('public or private, which is for followers. What is neither is refused.'),
  spoiler_text: z.string().nullish(),
  sensitive: yesOrNo.nullish(),
  language: z.string().nullish(),
  poll: z.unknown().optional().describe('There are no polls: refused.'),
  scheduled_at: z.string().nullish().describe('Statuses are published at once: refused.'),
})
type NewStatus = z.output<typeof newStatus>

// A map: an object has members that are no visibility, such as 'constructor'.
const VISIBILITIES: ReadonlyMap<string, 'PUBLIC' | 'FOLLOWERS'> = new Map([
  ['public', 'PUBLIC'],
  ['private', 'FOLLOWERS'],
])

/** Publishes a post, or a comment where it replies to something. Answers its id. @throws BAD_USER_INPUT, NOT_FOUND, FORBIDDEN */
export async function publishStatus(request: RequestContext, status: NewStatus, key: string | undefined): Promise<number> {
  if (status.poll !== undefined && status.poll !== null) throw refuseInput('poll', 'There are no polls here.')
  if (status.scheduled_at) throw refuseInput('scheduled_at', 'Statuses are published at once, not later.')
  if (status.visibility && !VISIBILITIES.has(status.visibility))
    throw refuseInput('visibility', 'visibility must be public or private: there is no unlisted and no direct status here.')
  if (status.in_reply_to_id) return reply(request, status.in_reply_to_id, status, key)
  return publishPost(request.platform.database, requireViewer(request), {
    content: status.status ?? '',
    mediaIds: status.media_ids?.length ? status.media_ids : null,
    visibility: VISIBILITIES.get(status.visibility ?? '') ?? 'PUBLIC',
    contentWarning: status.spoiler_text,
    sensitive: status.sensitive || Boolean(status.spoiler_text),
    language: status.language,
    key,
  })
}

async function reply(request: RequestContext, to: string, status: NewStatus, key: string | undefined): Promise<number> {
  const found = await findStatus(request, to)
  const parent = found.kind === 'comment' ? found.comment : undefined
  const post = found.kind === 'comment' ? await request.loaders.post.load(found.comment.postId) : found.post
  if (status.media_ids?.length) throw refuseInput('media_ids', 'A reply is a comment, and has no media.')
  if (status.visibility && VISIBILITIES.get(status.visibility) !== post?.visibility)
    throw refuseInput('visibility', 'A reply is a comment, and as visible as what it replies to: leave visibility out, or give the same.')
  // Clients copy the warning of what is replied to: that one is still in front of the reply.
  const warning = status.spoiler_text?.replace(/^re: /i, '') ?? ''
  if (warning !== '' && warning !== post?.contentWarning)
    throw refuseInput('spoiler_text', 'A reply is a comment, and has no content warning of its own.')
  const postId = String(parent?.postId ?? post?.id)
  const words = { postId, parentId: parent ? String(parent.id) : null, text: status.status ?? '', key }
  return writeComment(request.platform.database, requireViewer(request), words)
}
