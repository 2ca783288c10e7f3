import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { findVisibleComment } from './find-visible-comment.ts'
import { commentLiked, commentUnliked } from './interaction-facts.ts'

const insertLike = statement<{ id: number }>(
  'interactions.like-comment',
  'insert into comment_likes (user_id, comment_id) values ($1, $2) on conflict do nothing returning id',
)

/** Likes a comment; a second like keeps the first with its time. Answers the comment's id. @throws NOT_FOUND */
export async function likeComment(database: Reader & Writer, viewer: Looker, id: string): Promise<number> {
  const { id: commentId } = await findVisibleComment(database, id, viewer)
  try {
    await database.transaction(async (tx) => {
      const added = await firstRow(tx, insertLike, [viewer.id, commentId])
      if (added) await announce(tx, commentLiked, { userId: viewer.id, commentId })
    })
  } catch (error) {
    throw isForeignKeyViolation(error) ? refuse('comment.not-found') : error
  }
  return commentId
}

const deleteLike = statement<{ id: number }>(
  'interactions.unlike-comment',
  'delete from comment_likes where user_id = $1 and comment_id = $2 returning id',
)

/** Takes a like of a comment back, if there is one. Answers the comment's id. @throws NOT_FOUND */
export async function unlikeComment(database: Reader & Writer, viewer: Looker, id: string): Promise<number> {
  const { id: commentId } = await findVisibleComment(database, id, viewer)
  await database.transaction(async (tx) => {
    const removed = await firstRow(tx, deleteLike, [viewer.id, commentId])
    if (removed) await announce(tx, commentUnliked, { userId: viewer.id, commentId })
  })
  return commentId
}
