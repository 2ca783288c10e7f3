import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isFileName } from '../../domain/media/media-urls.ts'
import type { Blobs } from '../../platform/blobs/blobs.ts'
import { refuse } from '../../refusals.ts'

/** Whatever a browser makes of it, it is a picture: no script, no page, nothing loaded from elsewhere. */
const HEADERS = {
  'content-type': 'image/webp',
  'content-disposition': 'inline',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'public, max-age=31536000, immutable',
  'accept-ranges': 'none',
}

/** `GET /media/NAME`: a file as it was made. What is under a name never changes, so its name is its tag. */
export function registerMediaFiles(server: FastifyInstance, blobs: Blobs): void {
  server.route<{ Params: { file: string } }>({ method: ['GET', 'HEAD'], url: '/media/:file', handler: serve })

  async function serve(request: FastifyRequest<{ Params: { file: string } }>, reply: FastifyReply): Promise<FastifyReply> {
    const { file } = request.params
    const found = isFileName(file) ? await blobs.find(file) : undefined
    if (!found) throw refuse('request.not-found')
    const tag = `"${file}"`
    reply.headers({ ...HEADERS, etag: tag })
    if (hasTag(request.headers['if-none-match'], tag)) return reply.code(304).removeHeader('content-type').send()
    reply.header('content-length', found.bytes)
    return request.method === 'HEAD' ? reply.send() : reply.send(await found.stream())
  }
}

function hasTag(given: string | undefined, tag: string): boolean {
  return given?.split(',').some((each) => ['*', tag, `W/${tag}`].includes(each.trim())) ?? false
}
