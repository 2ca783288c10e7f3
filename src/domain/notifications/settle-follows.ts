import { z } from 'zod'
import { firstRow, statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { lockThing } from './lock-thing.ts'
import { NONE } from './notification-kinds.ts'
import { settleReaction } from './settle-reactions.ts'

const ATTEMPTS_MAX = 12
const pair = z.object({ viewerId: z.number().int(), userId: z.number().int() })

/** Tells a user of a new follower, or takes it back. */
export const settleFollow = defineJob({
  name: 'notifications.settle-follow',
  input: pair,
  attemptsMax: ATTEMPTS_MAX,
  run: ({ database }: { database: Writer }, { viewerId, userId }) => settle(database, viewerId, userId),
})

/** After a block, which ends the follows both ways. */
export const settleFollowsBetween = defineJob({
  name: 'notifications.settle-follows-between',
  input: pair,
  attemptsMax: ATTEMPTS_MAX,
  run: async ({ database }: { database: Writer }, { viewerId, userId }) => {
    await settle(database, viewerId, userId)
    await settle(database, userId, viewerId)
  },
})

const followTruth = statement<{ recipientId: number; sourceId: number | null; happenedAt: Date | null }>(
  'notifications.follow-between',
  `select u.id as "recipientId", f.id as "sourceId", f.created_at as "happenedAt"
   from users u left join (follows f join users a on a.id = f.follower_id and a.closed_at is null) on f.following_id = u.id and f.follower_id = $1
   where u.id = $2 and u.closed_at is null`,
)

async function settle(database: Writer, followerId: number, followedId: number): Promise<void> {
  await database.transaction(
    async (tx) => {
      await lockThing(tx, 'follows-of', followedId)
      const truth = await firstRow(tx, followTruth, [followerId, followedId])
      if (truth) await settleReaction(tx, { ...truth, kind: 'FOLLOW', postId: NONE, commentId: NONE, actorId: followerId })
    },
    { durable: false },
  )
}
