import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import { findVisiblePost } from '../posts/find-visible-post.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { postLiked, postUnliked } from './interaction-facts.ts'

const insertLike = statement<{ id: number }>(
  'interactions.like-post',
  'insert into likes (user_id, post_id) values ($1, $2) on conflict do nothing returning id',
)

/** Likes a post; a second like keeps the first with its time. Answers the post's id. @throws NOT_FOUND */
export async function likePost(database: Reader & Writer, viewer: Looker, id: string): Promise<number> {
  const { id: postId } = await findVisiblePost(database, id, viewer)
  try {
    await database.transaction(async (tx) => {
      const added = await firstRow(tx, insertLike, [viewer.id, postId])
      if (added) await announce(tx, postLiked, { userId: viewer.id, postId })
    })
  } catch (error) {
    throw isForeignKeyViolation(error) ? refuse('post.not-found') : error
  }
  return postId
}

const deleteLike = statement<{ id: number }>(
  'interactions.unlike-post',
  'delete from likes where user_id = $1 and post_id = $2 returning id',
)

/** Takes a like back, if there is one. Answers the post's id. @throws NOT_FOUND */
export async function unlikePost(database: Reader & Writer, viewer: Looker, id: string): Promise<number> {
  const { id: postId } = await findVisiblePost(database, id, viewer)
  await database.transaction(async (tx) => {
    const removed = await firstRow(tx, deleteLike, [viewer.id, postId])
    if (removed) await announce(tx, postUnliked, { userId: viewer.id, postId })
  })
  return postId
}
