import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import { acceptText } from '../input/text-rules.ts'
import { findVisiblePost } from '../posts/find-visible-post.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { postShared, postUnshared } from './interaction-facts.ts'

const MESSAGE_LENGTH_MAX = 500

const insertShare = statement<{ id: number }>(
  'interactions.share-post',
  'insert into shares (user_id, post_id, message) values ($1, $2, $3) on conflict (user_id, post_id) do nothing returning id',
)

/**
 * Shares a public post with those who follow the viewer. A second share keeps the first with its time and message. Answers the post's id.
 * @throws BAD_USER_INPUT for a message of over 500 characters, NOT_FOUND, FORBIDDEN for a post for followers
 */
export async function sharePost(database: Reader & Writer, viewer: Looker, id: string, message: string | null): Promise<number> {
  if (message !== null) acceptText(message, { field: 'message', min: 0, max: MESSAGE_LENGTH_MAX, lines: false })
  const post = await findVisiblePost(database, id, viewer)
  if (post.visibility !== 'PUBLIC') throw refuse('post.not-public')
  try {
    await database.transaction(async (tx) => {
      const share = await firstRow(tx, insertShare, [viewer.id, post.id, message])
      if (share)
        await announce(tx, postShared, { userId: viewer.id, postId: post.id, shareId: share.id, entryId: share.id, actorId: viewer.id })
    })
  } catch (error) {
    throw isForeignKeyViolation(error) ? refuse('post.not-found') : error
  }
  return post.id
}

const deleteShare = statement<{ id: number }>(
  'interactions.unshare-post',
  'delete from shares where user_id = $1 and post_id = $2 returning id',
)

/** Takes a share back, if there is one. Answers the post's id. @throws NOT_FOUND */
export async function unsharePost(database: Reader & Writer, viewer: Looker, id: string): Promise<number> {
  const { id: postId } = await findVisiblePost(database, id, viewer)
  await database.transaction(async (tx) => {
    const share = await firstRow(tx, deleteShare, [viewer.id, postId])
    if (share) await announce(tx, postUnshared, { userId: viewer.id, postId, shareId: share.id })
  })
  return postId
}
