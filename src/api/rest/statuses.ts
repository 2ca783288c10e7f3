import { z } from 'zod'
import { publishPost } from '../../domain/posts/publish-post.ts'
import { maySeePostById } from '../../domain/visibility/visibility-rules.ts'
import { parseId } from '../../platform/ids.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { idPath } from './shapes/parameters.ts'
import { showPost, statusShape } from './shapes/status.ts'

const VISIBILITIES = { public: 'PUBLIC', private: 'FOLLOWERS' } as const

const newStatus = z.object({
  status: z.string().default(''),
  visibility: z.string().default('public'),
})

export const statusRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'POST',
    url: '/api/v1/statuses',
    summary: 'Publishes a post. The same Idempotency-Key within a day gives the same post.',
    tag: 'statuses',
    access: 'user',
    scope: 'write:statuses',
    body: newStatus,
    answer: statusShape,
    run: async ({ caller, body, http }) => {
      const viewer = callingUser(caller)
      const visibility = VISIBILITIES[body.visibility as keyof typeof VISIBILITIES]
      if (!visibility) throw refuseInput('visibility', 'visibility must be public or private.')
      const key = http.headers['idempotency-key']
      const id = await publishPost(platform.database, viewer, {
        content: body.status,
        visibility,
        key: typeof key === 'string' && key !== '' ? key : undefined,
      })
      const post = await caller.request.loaders.post.load(id)
      if (!post) throw refuse('post.not-found')
      return showPost(platform, caller.request, post)
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/statuses/:id',
    summary: 'A post.',
    tag: 'statuses',
    access: 'visitor',
    scope: 'read:statuses',
    path: idPath,
    answer: statusShape,
    run: async ({ caller: { request }, path: { id } }) => {
      const postId = parseId(id)
      const post = postId === undefined ? undefined : await request.loaders.post.load(postId)
      if (!post || !maySeePostById(post, request.viewer)) throw refuse('post.not-found')
      return showPost(platform, request, post)
    },
  }),
]
