import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { findComment, isVisible } from './find-visible-comment.ts'
import { commentDeleted } from './interaction-facts.ts'

// All at once rather than by cascade: a thread a thousand replies deep would nest as many cascades.
// "offset 0" keeps to the index: a join is planned as a scan of the whole table for each level while the table's statistics are young.
const deleteThread = statement<{ id: number; authorId: number }>(
  'interactions.delete-thread',
  `with recursive thread as (
     select id from comments where id = $1
     union all
     select c.id from thread t cross join lateral (select id from comments where parent_id = t.id offset 0) c
   )
   delete from comments where id in (select id from thread) returning id, author_id as "authorId"`,
)

/**
 * Deletes a comment with the replies below it: its author may, even where its post has become hidden, and an admin.
 * @throws NOT_FOUND, a second time too; FORBIDDEN
 */
export async function deleteComment(database: Reader & Writer, viewer: Looker, id: string): Promise<void> {
  const comment = await findComment(database, id, viewer)
  if (!comment) throw refuse('comment.not-found')
  if (comment.authorId !== viewer.id && viewer.role !== 'admin') {
    throw (await isVisible(database, comment, viewer)) ? refuse('comment.not-yours') : refuse('comment.not-found')
  }
  await database.transaction(async (tx) => {
    const deleted = await tx.rows(deleteThread, [comment.id])
    if (deleted.length === 0) throw refuse('comment.not-found')
    for (const { id: commentId, authorId } of deleted) await announce(tx, commentDeleted, { commentId, postId: comment.postId, authorId })
  })
}
