import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { addMedium, type MediaContext } from '../../domain/media/add-medium.ts'
import type { Medium } from '../../domain/media/read-media.ts'
import { makeGate } from '../../platform/gate.ts'
import type { Workbench } from '../../platform/images/open-workbench.ts'
import { refuse } from '../../refusals.ts'
import { letGoWhenAnswered } from './let-go.ts'
import { FORM_LIMITS, readUpload } from './read-upload.ts'

export interface UploadParts extends MediaContext {
  workbench: Workbench
  bytesMax: number
}

/** What a form has beside its file. */
const FORM_BYTES = 64 * 1024
const UPLOADS_AT_ONCE_MAX = 64

/** Takes pictures in, whichever surface they come by; the limit on how many at once is for all. */
export interface Uploads {
  /** Says no before anything of the form is read. @throws BAD_USER_INPUT */
  judge(request: FastifyRequest): void
  /** Whoever is answered while still sending is let go of. */
  letGo(request: FastifyRequest, reply: FastifyReply): void
  /** Makes a medium of the form's file. What stands in the picture is told by the field `textField`. */
  receive(request: FastifyRequest, ownerId: number, textField: string): Promise<Medium>
}

export function openUploads(parts: UploadParts): Uploads {
  const gate = makeGate({ atOnceMax: UPLOADS_AT_ONCE_MAX, waitingMax: 0, reason: 'too many uploads are under way' })
  return {
    letGo: letGoWhenAnswered,
    judge: ({ headers }) => {
      if (!/^multipart\/form-data\s*;/i.test(headers['content-type'] ?? '')) throw refuse('media.not-a-form')
      if (Number(headers['content-length'] ?? 0) > parts.bytesMax + FORM_BYTES) throw refuse('media.too-large', { field: 'file' })
    },
    receive: (request, ownerId, textField) =>
      gate(() =>
        parts.workbench.withFolder(async (folder) => {
          const path = join(folder, 'upload')
          const form = request.parts({ limits: { ...FORM_LIMITS, fileSize: Number.POSITIVE_INFINITY } })
          const { altText } = await readUpload(form, path, parts.bytesMax, textField)
          return addMedium(parts, ownerId, { path, folder, altText })
        }),
      ),
  }
}
