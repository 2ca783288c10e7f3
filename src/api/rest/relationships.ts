import { z } from 'zod'
import { blockUser, unblockUser } from '../../domain/relationships/block-user.ts'
import { followUser, unfollowUser } from '../../domain/relationships/follow-user.ts'
import { muteUser, unmuteUser } from '../../domain/relationships/mute-user.ts'
import type { Database } from '../../platform/database/open-database.ts'
import { refuseInput } from '../../refusals.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { idPath, listOf } from './shapes/parameters.ts'
import { relationshipShape, showRelationship } from './shapes/relationship.ts'
import { findAccount } from './shapes/shown-accounts.ts'

const ASKED_AT_ONCE_MAX = 100

type Verb = (database: Database, viewerId: number, id: string) => Promise<number>

const VERBS: { name: string; summary: string; scope: string; verb: Verb }[] = [
  { name: 'follow', summary: 'Follows somebody. Nobody has to consent.', scope: 'write:follows', verb: followUser },
  { name: 'unfollow', summary: 'Ends a follow.', scope: 'write:follows', verb: unfollowUser },
  { name: 'block', summary: 'Blocks somebody, and ends the follows between the two.', scope: 'write:blocks', verb: blockUser },
  { name: 'unblock', summary: 'Ends a block.', scope: 'write:blocks', verb: unblockUser },
  { name: 'mute', summary: "Takes somebody out of the user's feeds and notifications.", scope: 'write:mutes', verb: muteUser },
  { name: 'unmute', summary: 'Ends a mute.', scope: 'write:mutes', verb: unmuteUser },
]

export const relationshipRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v1/accounts/relationships',
    summary: 'What is between the user and each of these.',
    tag: 'accounts',
    access: 'user',
    scope: 'read:follows',
    query: z.object({ id: listOf(z.string().max(40)).optional() }),
    answer: z.array(relationshipShape),
    run: async ({ caller: { request }, query: { id: ids = [] } }) => {
      if (ids.length > ASKED_AT_ONCE_MAX) throw refuseInput('id', `id must be at most ${ASKED_AT_ONCE_MAX} ids.`)
      const there = await Promise.all([...new Set(ids)].map((id) => findAccount(request, id).catch(() => undefined)))
      return Promise.all(there.filter((user) => user !== undefined).map(({ id }) => showRelationship(request, id)))
    },
  }),
  ...VERBS.map(({ name, summary, scope, verb }) =>
    restRoute({
      method: 'POST',
      url: `/api/v1/accounts/:id/${name}`,
      summary,
      tag: 'accounts',
      access: 'user',
      scope,
      path: idPath,
      answer: relationshipShape,
      run: async ({ caller, path: { id } }) => {
        const userId = await verb(platform.database, callingUser(caller).id, id)
        caller.request.actAs(caller.request.viewer)
        return showRelationship(caller.request, userId)
      },
    }),
  ),
]
