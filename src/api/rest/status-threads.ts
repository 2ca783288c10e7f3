import { z } from 'zod'
import { readCommentsAbove, readThread } from '../../domain/interactions/read-thread.ts'
import type { RequestContext } from '../request-context.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { accountShape } from './shapes/account.ts'
import { htmlOf } from './shapes/html.ts'
import { mediaShape } from './shapes/media.ts'
import { idPath } from './shapes/parameters.ts'
import { type FoundStatus, findStatus, showFound } from './shapes/shown-status.ts'
import { type Status, showComment, showPost, statusShape } from './shapes/status.ts'

const VERSIONS_MAX = 100

const contextShape = z.object({ ancestors: z.array(statusShape), descendants: z.array(statusShape) }).meta({ id: 'Context' })
const sourceShape = z.object({ id: z.string(), text: z.string(), spoiler_text: z.string() }).meta({ id: 'StatusSource' })
const versionShape = z
  .object({
    content: z.string(),
    spoiler_text: z.string(),
    sensitive: z.boolean(),
    created_at: z.iso.datetime(),
    account: accountShape,
    media_attachments: z.array(mediaShape),
    emojis: z.array(z.never()),
  })
  .meta({ id: 'StatusEdit' })

/** What stands around a status, and what it said before. */
export const threadRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v1/statuses/:id/context',
    summary: 'What a status replies to, the highest first, and the replies to it, each followed by its own; at most 100 and 1,000.',
    tag: 'statuses',
    access: 'visitor',
    scope: 'read:statuses',
    path: idPath,
    answer: contextShape,
    run: async ({ caller: { request }, path: { id } }) => {
      const [ancestors, descendants] = await readAround(platform, request, await findStatus(request, id))
      return { ancestors, descendants }
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/statuses/:id/history',
    summary: 'What a post said, from the first version to the one of now; of the newest 100. A comment has the one of now alone.',
    tag: 'statuses',
    access: 'visitor',
    scope: 'read:statuses',
    path: idPath,
    answer: z.array(versionShape),
    run: async ({ caller: { request }, path: { id } }) => readVersions(platform, request, await findStatus(request, id)),
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/statuses/:id/source',
    summary: 'The words of a status as they were written.',
    tag: 'statuses',
    access: 'user',
    scope: 'read:statuses',
    path: idPath,
    answer: sourceShape,
    run: async ({ caller: { request }, path: { id } }) => {
      const found = await findStatus(request, id)
      if (found.kind === 'comment') return { id, text: found.comment.text, spoiler_text: '' }
      return { id, text: found.post.content, spoiler_text: found.post.contentWarning ?? '' }
    },
  }),
]

async function readAround(platform: RestPlatform, request: RequestContext, found: FoundStatus): Promise<[Status[], Status[]]> {
  const { database } = platform
  if (found.kind !== 'comment') {
    const below = await readThread(database, { postId: found.post.id }, request.viewer)
    return [[], await Promise.all(below.map((comment) => showComment(platform, request, comment)))]
  }
  const { id, postId } = found.comment
  const [above, below, post] = await Promise.all([
    readCommentsAbove(database, id, request.viewer),
    readThread(database, { commentId: id }, request.viewer),
    request.loaders.post.load(postId),
  ])
  const comments = (list: typeof above) => list.map((comment) => showComment(platform, request, comment))
  const top = post ? [showPost(platform, request, post)] : []
  return Promise.all([Promise.all([...top, ...comments(above)]), Promise.all(comments(below))])
}

/** Each version began when the one before it was replaced. */
async function readVersions(platform: RestPlatform, request: RequestContext, found: FoundStatus) {
  const status = await showFound(platform, request, found)
  const shown = status.reblog ?? status
  const { account, content, spoiler_text, sensitive, media_attachments } = shown
  const edits = found.kind === 'comment' ? [] : (await request.loaders.editsOf(found.post.id, { first: VERSIONS_MAX })).rows.toReversed()
  const began = [shown.created_at, ...edits.map(({ replacedAt }) => replacedAt.toISOString())]
  const earlier = edits.map((edit) => ({
    content: htmlOf(edit.content, platform.publicUrl),
    spoiler_text: edit.contentWarning ?? '',
    sensitive: edit.sensitive,
    media_attachments: [],
  }))
  const versions = [...earlier, { content, spoiler_text, sensitive, media_attachments }]
  return versions.map((version, place) => ({ ...version, created_at: began[place] ?? shown.created_at, account, emojis: [] }))
}
