import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { refuse } from '../../refusals.ts'
import { findVisiblePost } from '../posts/find-visible-post.ts'
import type { Looker } from '../visibility/visibility-rules.ts'

const insertBookmark = statement<never>(
  'interactions.bookmark-post',
  'insert into bookmarks (user_id, post_id) values ($1, $2) on conflict do nothing',
)

/** Puts a post on the viewer's list of bookmarks, of which nobody else hears; a second time keeps its place. Answers the post's id. @throws NOT_FOUND */
export async function bookmarkPost(database: Reader & Writer, viewer: Looker, id: string): Promise<number> {
  const { id: postId } = await findVisiblePost(database, id, viewer)
  try {
    await database.transaction((tx) => tx.rows(insertBookmark, [viewer.id, postId]))
  } catch (error) {
    throw isForeignKeyViolation(error) ? refuse('post.not-found') : error
  }
  return postId
}

const deleteBookmark = statement<never>('interactions.unbookmark-post', 'delete from bookmarks where user_id = $1 and post_id = $2')

/** Takes a post off the viewer's bookmarks, if it is there. Answers the post's id. @throws NOT_FOUND */
export async function unbookmarkPost(database: Reader & Writer, viewer: Looker, id: string): Promise<number> {
  const { id: postId } = await findVisiblePost(database, id, viewer)
  await database.transaction((tx) => tx.rows(deleteBookmark, [viewer.id, postId]))
  return postId
}
