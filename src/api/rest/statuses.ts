import { z } from 'zod'
import { deleteComment } from '../../domain/interactions/delete-comment.ts'
import { editComment } from '../../domain/interactions/edit-comment.ts'
import { unsharePost } from '../../domain/interactions/share-post.ts'
import { deletePost } from '../../domain/posts/delete-post.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import type { RequestContext } from '../request-context.ts'
import { editStatusOfPost, statusChange } from './edit-post-status.ts'
import { newStatus, publishStatus } from './publish-status.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { idPath, listOf } from './shapes/parameters.ts'
import { type FoundStatus, findStatus, showFound } from './shapes/shown-status.ts'
import { statusShape } from './shapes/status.ts'

const STATUSES_AT_ONCE_MAX = 40

export const statusRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'POST',
    url: '/api/v1/statuses',
    summary: 'Publishes a post, or replies to one: a reply is a comment. The same Idempotency-Key within a day gives the same status.',
    tag: 'statuses',
    access: 'user',
    scope: 'write:statuses',
    body: newStatus,
    answer: statusShape,
    run: async ({ caller: { request }, body, http }) => {
      const key = http.headers['idempotency-key']
      const id = await publishStatus(request, body, typeof key === 'string' && key !== '' ? key : undefined)
      return showAnew(platform, request, String(id))
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/statuses',
    summary: 'Several statuses by their ids, those that may be seen.',
    tag: 'statuses',
    access: 'visitor',
    scope: 'read:statuses',
    query: z.object({ id: listOf(z.string().max(40)).optional() }),
    answer: z.array(statusShape),
    run: async ({ caller: { request }, query: { id = [] } }) => {
      if (id.length > STATUSES_AT_ONCE_MAX) throw refuseInput('id', `id must be at most ${STATUSES_AT_ONCE_MAX} ids.`)
      const found = await Promise.all(id.map((each) => findStatus(request, each).catch(noneIfNotFound)))
      return Promise.all(found.filter((each) => each !== undefined).map((each) => showFound(platform, request, each)))
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/statuses/:id',
    summary: 'A post, a comment, or a share with the post inside.',
    tag: 'statuses',
    access: 'visitor',
    scope: 'read:statuses',
    path: idPath,
    answer: statusShape,
    run: async ({ caller: { request }, path: { id } }) => showFound(platform, request, await findStatus(request, id)),
  }),
  restRoute({
    method: 'PUT',
    url: '/api/v1/statuses/:id',
    summary: "Edits one of the user's own posts or comments. Of a comment there is the text alone.",
    tag: 'statuses',
    access: 'user',
    scope: 'write:statuses',
    path: idPath,
    body: statusChange,
    answer: statusShape,
    run: async ({ caller, path: { id }, body }) => {
      const { request } = caller
      const viewer = callingUser(caller)
      const found = await findStatus(request, id)
      if (found.kind === 'share') throw refuseInput('id', 'A share has no words of its own to edit.')
      if (found.kind === 'post') await editStatusOfPost(request, viewer, found.post, body)
      else if (body.status !== undefined) await editComment(platform.database, viewer, id, body.status)
      else if (found.comment.authorId !== viewer.id) throw refuse('comment.not-yours')
      return showAnew(platform, request, id)
    },
  }),
  restRoute({
    method: 'DELETE',
    url: '/api/v1/statuses/:id',
    summary: "Deletes one of the user's own statuses for good, and answers it with its text, to be written anew.",
    tag: 'statuses',
    access: 'user',
    scope: 'write:statuses',
    path: idPath,
    answer: statusShape,
    run: async ({ caller, path: { id } }) => {
      const { request } = caller
      const found = await findStatus(request, id)
      const shown = { ...(await showFound(platform, request, found)), text: textOf(found) }
      await remove(request, callingUser(caller), id, found)
      return shown
    },
  }),
]

/** As it is after what was just done. */
export async function showAnew(platform: RestPlatform, request: RequestContext, id: string) {
  request.actAs(request.viewer)
  return showFound(platform, request, await findStatus(request, id))
}

function textOf(found: FoundStatus): string {
  if (found.kind === 'comment') return found.comment.text
  return found.kind === 'post' ? found.post.content : ''
}

async function remove({ platform: { database } }: RequestContext, viewer: ReturnType<typeof callingUser>, id: string, found: FoundStatus) {
  if (found.kind === 'post') return deletePost(database, viewer, id)
  if (found.kind === 'comment') return deleteComment(database, viewer, id)
  if (found.share.authorId !== viewer.id) throw refuse('post.not-yours')
  await unsharePost(database, viewer, String(found.post.id))
}

function noneIfNotFound(error: { code?: string }): undefined {
  if (error.code !== 'NOT_FOUND') throw error
}
