import { join } from 'node:path'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addMedium, type MediaContext } from '../../domain/media/add-medium.ts'
import type { MediaUrls } from '../../domain/media/media-urls.ts'
import type { Medium } from '../../domain/media/read-media.ts'
import { makeGate } from '../../platform/gate.ts'
import type { Workbench } from '../../platform/images/open-workbench.ts'
import { refuse } from '../../refusals.ts'
import { networkKey } from '../rate-limit-keys.ts'
import { type ApiPlatform, openRequest, type RequestContext, requireViewer } from '../request-context.ts'
import { letGoWhenAnswered } from './let-go.ts'
import { FORM_LIMITS, readUpload } from './read-upload.ts'

export interface UploadParts extends MediaContext {
  workbench: Workbench
  urls: MediaUrls
  bytesMax: number
}

/** What a form has beside its file. */
const FORM_BYTES = 64 * 1024
const UPLOADS_AT_ONCE_MAX = 64

/** `POST /media`: one picture, as a form. Who asks is known, and their limit counted, before anything of the form is read. */
export async function registerUploads(server: FastifyInstance, platform: ApiPlatform, parts: UploadParts): Promise<void> {
  const gate = makeGate({ atOnceMax: UPLOADS_AT_ONCE_MAX, waitingMax: 0, reason: 'too many uploads are under way' })
  const asking = new WeakMap<FastifyRequest, RequestContext>()

  async function judge(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    letGoWhenAnswered(request, reply)
    const context = await openRequest(platform, request.ip, request.headers.authorization)
    const keys = [networkKey(context.address), ...(context.viewer ? [`user:${context.viewer.id}`] : [])]
    await platform.limits.count('uploads', keys)
    requireViewer(context)
    if (!/^multipart\/form-data\s*;/i.test(request.headers['content-type'] ?? '')) throw refuse('media.not-a-form')
    if (Number(request.headers['content-length'] ?? 0) > parts.bytesMax + FORM_BYTES) throw refuse('media.too-large', { field: 'file' })
    asking.set(request, context)
  }

  async function upload(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const context = asking.get(request)
    if (!context) throw refuse('auth.required')
    const medium = await gate(() =>
      parts.workbench.withFolder(async (folder) => {
        const path = join(folder, 'upload')
        const { altText } = await readUpload(request.parts(), path, parts.bytesMax)
        return addMedium(parts, requireViewer(context).id, { path, folder, altText })
      }),
    )
    return reply.code(201).header('cache-control', 'no-store').send(answerOf(medium, parts.urls))
  }

  await server.register(async (scope) => {
    await scope.register(multipart, { limits: { ...FORM_LIMITS, fileSize: Number.POSITIVE_INFINITY }, throwFileSizeLimit: false })
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
