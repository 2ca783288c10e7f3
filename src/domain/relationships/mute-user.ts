import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import { findOtherUser, findUser } from './find-other-user.ts'
import { userMuted, userUnmuted } from './relationship-facts.ts'

const insertMute = statement<{ id: number }>(
  'relationships.mute',
  'insert into mutes (muter_id, muted_id) values ($1, $2) on conflict do nothing returning id',
)

/** Hides from the viewer's feeds what the user posts and shares, and their posts when others share them. @throws BAD_USER_INPUT for oneself, NOT_FOUND */
export async function muteUser(database: Reader & Writer, viewerId: number, id: string): Promise<number> {
  const userId = await findOtherUser(database, viewerId, id)
  try {
    await database.transaction(async (tx) => {
      const added = await firstRow(tx, insertMute, [viewerId, userId])
      if (added) await announce(tx, userMuted, { viewerId, userId })
    })
  } catch (error) {
    throw isForeignKeyViolation(error) ? refuse('user.not-found') : error
  }
  return userId
}

const deleteMute = statement<{ id: number }>('relationships.unmute', 'delete from mutes where muter_id = $1 and muted_id = $2 returning id')

/** Ends a mute, if there is one: what was hidden stands in its places again. @throws NOT_FOUND */
export async function unmuteUser(database: Reader & Writer, viewerId: number, id: string): Promise<number> {
  const userId = await findUser(database, id)
  await database.transaction(async (tx) => {
    const ended = await firstRow(tx, deleteMute, [viewerId, userId])
    if (ended) await announce(tx, userUnmuted, { viewerId, userId })
  })
  return userId
}
