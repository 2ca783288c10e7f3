import { z } from 'zod'
import { isStoredUrl, type MediaUrls } from '../../../domain/media/media-urls.ts'
import type { Medium } from '../../../domain/media/read-media.ts'
import { PREVIEW_EDGE } from '../../../platform/images/image-rules.ts'
import type { RequestContext } from '../../request-context.ts'

const sizeShape = z.object({ width: z.number().int(), height: z.number().int(), size: z.string(), aspect: z.number() })

/** A picture of a status: https://docs.joinmastodon.org/entities/MediaAttachment/ */
export const mediaShape = z
  .object({
    id: z.string(),
    type: z.enum(['image', 'unknown']),
    url: z.string(),
    preview_url: z.string().nullable(),
    remote_url: z.string().nullable(),
    preview_remote_url: z.null(),
    text_url: z.null(),
    meta: z.object({ original: sizeShape, small: sizeShape }).nullable(),
    description: z.string().nullable(),
    blurhash: z.string().nullable(),
  })
  .meta({ id: 'MediaAttachment' })
export type MediaAttachment = z.infer<typeof mediaShape>

export function showMedium(urls: MediaUrls, { id, name, width, height, altText, blurhash }: Medium): MediaAttachment {
  return {
    id: String(id),
    type: 'image',
    url: urls.image(name),
    preview_url: urls.preview(name),
    ...NOT_ELSEWHERE,
    meta: { original: sizeOf(width, height), small: previewSizeOf(width, height) },
    description: altText,
    blurhash,
  }
}

/** The media of a post. One that is only an address is elsewhere: what it is nobody here knows. */
export async function showMediaOf(request: RequestContext, post: { id: number; mediaUrl: string | null }): Promise<MediaAttachment[]> {
  const { mediaUrl: url } = post
  if (url === null) return []
  if (isStoredUrl(url)) return (await request.loaders.mediaOf.load(post.id)).map((medium) => showMedium(request.platform.mediaUrls, medium))
  const unknown = { meta: null, description: null, blurhash: null, preview_url: null }
  return [{ id: String(post.id), type: 'unknown', url, ...NOT_ELSEWHERE, remote_url: url, ...unknown }]
}

const NOT_ELSEWHERE = { remote_url: null, preview_remote_url: null, text_url: null }

function sizeOf(width: number, height: number) {
  return { width, height, size: `${width}x${height}`, aspect: width / height }
}

function previewSizeOf(width: number, height: number) {
  const scale = Math.min(1, PREVIEW_EDGE / Math.max(width, height))
  return sizeOf(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)))
}
