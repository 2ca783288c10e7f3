import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { MediaUrls } from '../../domain/media/media-urls.ts'
import type { Medium } from '../../domain/media/read-media.ts'
import { refuse } from '../../refusals.ts'
import { networkKey } from '../rate-limit-keys.ts'
import { type ApiPlatform, openRequest, type RequestContext, requireViewer } from '../request-context.ts'
import type { Uploads } from './receive-upload.ts'

/** `POST /media`: one picture, as a form. Who asks is known, and their limit counted, before anything of the form is read. */
export async function registerUploads(server: FastifyInstance, platform: ApiPlatform, uploads: Uploads, urls: MediaUrls): Promise<void> {
  const asking = new WeakMap<FastifyRequest, RequestContext>()

  async function judge(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    uploads.letGo(request, reply)
    const context = await openRequest(platform, request.ip, request.headers.authorization)
    const keys = [networkKey(context.address), ...(context.viewer ? [`user:${context.viewer.id}`] : [])]
    await platform.limits.count('uploads', keys)
    requireViewer(context)
    uploads.judge(request)
    asking.set(request, context)
  }

  async function upload(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const context = asking.get(request)
    if (!context) throw refuse('auth.required')
    const medium = await uploads.receive(request, requireViewer(context).id, 'altText')
    return reply.code(201).header('cache-control', 'no-store').send(answerOf(medium, urls))
  }

  await server.register(async (scope) => {
    await scope.register(multipart, { throwFileSizeLimit: false })
    scope.post('/media', { onRequest: judge, config: { bodyMayBeSlow: true } }, upload)
  })
}

/** What is answered is ready: there is no other state so far. */
function answerOf(medium: Medium, urls: MediaUrls) {
  const { id, name, kind, width, height, placeholder, blurhash, altText } = medium
  return {
    ...{ id: String(id), url: urls.image(name), previewUrl: urls.preview(name), kind, width, height },
    ...{ placeholder, blurhash, altText, state: 'READY' },
  }
}
