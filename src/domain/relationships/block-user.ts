import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import { findOtherUser, findUser } from './find-other-user.ts'
import { lockPair } from './lock-pair.ts'
import { userBlocked, userUnblocked } from './relationship-facts.ts'

const insertBlock = statement<{ id: number }>(
  'relationships.block',
  'insert into blocks (blocker_id, blocked_id) values ($1, $2) on conflict do nothing returning id',
)
const endFollows = statement<never>(
  'relationships.end-follows-between',
  'delete from follows where (follower_id = $1 and following_id = $2) or (follower_id = $2 and following_id = $1)',
)

/**
 * Blocks a user and ends the follows between the two, both ways. From the commit on neither sees what the other writes.
 * @throws BAD_USER_INPUT for oneself, NOT_FOUND
 */
export async function blockUser(database: Reader & Writer, viewerId: number, id: string): Promise<number> {
  const userId = await findOtherUser(database, viewerId, id)
  try {
    await database.transaction(async (tx) => {
      await lockPair(tx, viewerId, userId)
      const added = await firstRow(tx, insertBlock, [viewerId, userId])
      if (!added) return
      await tx.rows(endFollows, [viewerId, userId])
      await announce(tx, userBlocked, { viewerId, userId })
    })
  } catch (error) {
    throw isForeignKeyViolation(error) ? refuse('user.not-found') : error
  }
  return userId
}

const deleteBlock = statement<{ id: number }>(
  'relationships.unblock',
  'delete from blocks where blocker_id = $1 and blocked_id = $2 returning id',
)

/** Ends a block, if there is one. The follows that it ended stay ended. @throws NOT_FOUND */
export async function unblockUser(database: Reader & Writer, viewerId: number, id: string): Promise<number> {
  const userId = await findUser(database, id)
  await database.transaction(async (tx) => {
    const ended = await firstRow(tx, deleteBlock, [viewerId, userId])
    if (ended) await announce(tx, userUnblocked, { viewerId, userId })
  })
  return userId
}
