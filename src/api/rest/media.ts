import { z } from 'zod'
import { describeMedium } from '../../domain/media/describe-medium.ts'
import { readOwnMedium } from '../../domain/media/read-media.ts'
import { parseId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { mediaShape, showMedium } from './shapes/media.ts'
import { idPath } from './shapes/parameters.ts'

const newMedium = z.object({
  file: z.string().describe('The picture.').meta({ format: 'binary' }),
  description: z.string().optional().describe('What stands in it.'),
})

/** A picture is ready when its upload is answered, so that both versions answer alike. */
export const mediaRoutes = ({ database, mediaUrls, uploads }: RestPlatform): RestRoute[] => [
  ...['/api/v2/media', '/api/v1/media'].map((url) =>
    restRoute({
      method: 'POST',
      url,
      summary: 'Uploads a picture, as a form (multipart/form-data), for a status to come.',
      tag: 'media',
      access: 'user',
      scope: 'write:media',
      limit: 'uploads',
      isUpload: true,
      body: newMedium,
      answer: mediaShape,
      run: async ({ caller, http }) => showMedium(mediaUrls, await uploads.receive(http, callingUser(caller).id, 'description')),
    }),
  ),
  restRoute({
    method: 'GET',
    url: '/api/v1/media/:id',
    summary: "A picture of the user's own.",
    tag: 'media',
    access: 'user',
    scope: 'write:media',
    path: idPath,
    answer: mediaShape,
    run: async ({ caller, path: { id } }) => {
      const mediumId = parseId(id)
      const medium = mediumId === undefined ? undefined : await readOwnMedium(database, callingUser(caller).id, mediumId)
      if (!medium) throw refuse('media.not-found')
      return showMedium(mediaUrls, medium)
    },
  }),
  restRoute({
    method: 'PUT',
    url: '/api/v1/media/:id',
    summary: 'Says anew what stands in a picture; an empty description says nothing.',
    tag: 'media',
    access: 'user',
    scope: 'write:media',
    path: idPath,
    body: z.object({ description: z.string().nullish() }),
    answer: mediaShape,
    run: async ({ caller, path: { id }, body: { description } }) => {
      const viewer = callingUser(caller)
      const mediumId = parseId(id)
      if (description !== undefined) await describeMedium(database, viewer.id, id, description === '' ? null : description)
      const medium = mediumId === undefined ? undefined : await readOwnMedium(database, viewer.id, mediumId)
      if (!medium) throw refuse('media.not-found')
      return showMedium(mediaUrls, medium)
    },
  }),
]
