import { z } from 'zod'
import type { RequestContext } from '../../request-context.ts'

/** What is between the caller and somebody: https://docs.joinmastodon.org/entities/Relationship/ */
export const relationshipShape = z
  .object({
    id: z.string(),
    following: z.boolean(),
    showing_reblogs: z.boolean(),
    notifying: z.boolean(),
    languages: z.null(),
    followed_by: z.boolean(),
    blocking: z.boolean(),
    blocked_by: z.boolean(),
    muting: z.boolean(),
    muting_notifications: z.boolean(),
    muting_expires_at: z.null(),
    requested: z.boolean(),
    requested_by: z.boolean(),
    domain_blocking: z.boolean(),
    endorsed: z.boolean(),
    note: z.string(),
  })
  .meta({ id: 'Relationship' })

export async function showRelationship(request: RequestContext, userId: number): Promise<z.input<typeof relationshipShape>> {
  const relation = await request.loaders.relation.load(userId)
  const { viewerFollows = false, followsViewer = false, viewerBlocks = false, blocksViewer = false, viewerMutes = false } = relation ?? {}
  return {
    id: String(userId),
    following: viewerFollows,
    showing_reblogs: viewerFollows,
    notifying: false,
    languages: null,
    followed_by: followsViewer,
    blocking: viewerBlocks,
    blocked_by: blocksViewer,
    muting: viewerMutes,
    muting_notifications: viewerMutes,
    muting_expires_at: null,
    requested: false,
    requested_by: false,
    domain_blocking: false,
    endorsed: false,
    note: '',
  }
}
