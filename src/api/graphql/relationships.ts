import { blockUser, unblockUser } from '../../domain/relationships/block-user.ts'
import { followUser, unfollowUser } from '../../domain/relationships/follow-user.ts'
import { muteUser, unmuteUser } from '../../domain/relationships/mute-user.ts'
import type { Database } from '../../platform/database/open-database.ts'
import { requireViewer } from '../request-context.ts'
import { UserPayload } from './accounts.ts'
import { builder, mayWrite } from './builder.ts'
import { loadUser } from './users.ts'

type Verb = (database: Database, viewerId: number, userId: string) => Promise<number>

const VERBS: Record<string, { verb: Verb; description?: string }> = {
  followUser: {
    verb: followUser,
    description: 'Oneself: BAD_USER_INPUT. Across a block, either way, or beyond 10,000 follows: FORBIDDEN.',
  },
  unfollowUser: { verb: unfollowUser },
  blockUser: {
    verb: blockUser,
    description: "Ends the follows between the two, both ways. From then on neither sees the other's posts, comments and shares anywhere.",
  },
  unblockUser: { verb: unblockUser },
  muteUser: {
    verb: muteUser,
    description:
      "Hides from the viewer's feeds and notifications what the muted user posts or shares, and their posts when others share them.",
  },
  unmuteUser: { verb: unmuteUser },
}

for (const [name, { verb, description }] of Object.entries(VERBS)) {
  builder.mutationField(name, (t) =>
    t.field({
      type: UserPayload,
      args: { userId: t.arg.id() },
      ...(description ? { description } : {}),
      ...mayWrite(),
      resolve: async (_, { userId }, request) => ({
        user: await loadUser(request, await verb(request.platform.database, requireViewer(request).id, userId)),
      }),
    }),
  )
}
