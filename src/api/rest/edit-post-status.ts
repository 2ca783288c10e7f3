import { z } from 'zod'
import { editPost } from '../../domain/posts/edit-post.ts'
import type { Post } from '../../domain/posts/read-posts.ts'
import type { Looker } from '../../domain/visibility/visibility-rules.ts'
import { refuseInput } from '../../refusals.ts'
import type { RequestContext } from '../request-context.ts'
import { listOf, yesOrNo } from './shapes/parameters.ts'

/** What is left out stays as it is. */
export const statusChange = z.object({
  status: z.string().optional(),
  spoiler_text: z.string().nullish(),
  sensitive: yesOrNo.optional(),
  language: z.string().nullish(),
  media_ids: listOf(z.string()).optional(),
})

/** Edits a post of the viewer's: its words and what it says of itself. Its media stay, or go all together. @throws BAD_USER_INPUT, FORBIDDEN */
export async function editStatusOfPost(
  request: RequestContext,
  viewer: Looker,
  post: Post,
  { status, spoiler_text, sensitive, language, media_ids }: z.output<typeof statusChange>,
): Promise<void> {
  const clears = media_ids !== undefined && post.authorId === viewer.id && (await clearsMedia(request, post.id, media_ids))
  await editPost(request.platform.database, viewer, String(post.id), {
    content: status,
    contentWarning: spoiler_text,
    sensitive,
    language,
    ...(clears && { mediaUrl: null }),
  })
}

async function clearsMedia(request: RequestContext, postId: number, wanted: readonly string[]): Promise<boolean> {
  const there = (await request.loaders.mediaOf.load(postId)).map(({ id }) => String(id))
  const same = wanted.length === there.length && wanted.every((id) => there.includes(id))
  if (!same && wanted.length > 0) throw refuseInput('media_ids', 'The media of a post stay as they are, or go all together.')
  return !same
}
