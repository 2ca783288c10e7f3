import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { firstRow, type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import { findOtherUser, findUser } from './find-other-user.ts'
import { lockFollowsOf, lockPair } from './lock-pair.ts'
import { userFollowed, userUnfollowed } from './relationship-facts.ts'

/** An account follows at most so many others: a cold page of its feed asks once for each of them. */
export const FOLLOWS_MAX = 10_000

/**
 * Follows a user. Doing it twice is doing it once. Answers the user's id.
 * @throws BAD_USER_INPUT for oneself, NOT_FOUND, FORBIDDEN across a block or beyond the limit
 */
export async function followUser(database: Reader & Writer, viewerId: number, id: string): Promise<number> {
  const userId = await findOtherUser(database, viewerId, id)
  try {
    await database.transaction((tx) => follow(tx, viewerId, userId))
  } catch (error) {
    throw isForeignKeyViolation(error) ? refuse('user.not-found') : error
  }
  return userId
}

const followState = statement<{ blocked: boolean; follows: boolean; following: number }>(
  'relationships.follow-state',
  `select exists (select from blocks where (blocker_id = $1 and blocked_id = $2) or (blocker_id = $2 and blocked_id = $1)) as blocked,
     exists (select from follows where follower_id = $1 and following_id = $2) as follows,
     (select coalesce(sum(following), 0)::int from user_counts where user_id = $1) as following`,
)
const insertFollow = statement<never>(
  'relationships.follow',
  'insert into follows (follower_id, following_id) values ($1, $2) on conflict do nothing',
)

async function follow(tx: Tx, viewerId: number, userId: number): Promise<void> {
  await lockPair(tx, viewerId, userId)
  await lockFollowsOf(tx, viewerId)
  const state = await firstRow(tx, followState, [viewerId, userId])
  if (state?.blocked) throw refuse('follow.blocked')
  if (state?.follows) return
  if ((state?.following ?? 0) >= FOLLOWS_MAX) throw refuse('follow.too-many')
  await tx.rows(insertFollow, [viewerId, userId])
  await announce(tx, userFollowed, { viewerId, userId })
}

const deleteFollow = statement<{ id: number }>(
  'relationships.unfollow',
  'delete from follows where follower_id = $1 and following_id = $2 returning id',
)

/** Ends a follow, if there is one. Answers the user's id. @throws NOT_FOUND */
export async function unfollowUser(database: Reader & Writer, viewerId: number, id: string): Promise<number> {
  const userId = await findUser(database, id)
  await database.transaction(async (tx) => {
    // Blocking takes the viewer's row before the follow's, and this after it: one at a time.
    await lockPair(tx, viewerId, userId)
    const ended = await firstRow(tx, deleteFollow, [viewerId, userId])
    if (ended) await announce(tx, userUnfollowed, { viewerId, userId })
  })
  return userId
}
