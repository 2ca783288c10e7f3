import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import { deleteMediaOfPost } from '../media/delete-media.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { findPostById } from './find-visible-post.ts'
import { postDeleted } from './post-facts.ts'
import { hangsMuchOn, setPostAside } from './set-post-aside.ts'

const deletePostStatement = statement<{ id: number }>('posts.delete', 'delete from posts where id = $1 returning id')

/**
 * Deletes a post for good, with its comments, likes and shares: its author may, and an admin. Where many hang on it, it is gone at once all the
 * same, and they are deleted by jobs.
 * @throws NOT_FOUND, a second time too; FORBIDDEN
 */
export async function deletePost(database: Reader & Writer, viewer: Looker, id: string): Promise<void> {
  const post = await findPostById(database, id, viewer)
  if (post.authorId !== viewer.id && viewer.role !== 'admin') throw refuse('post.not-yours')
  await database.transaction(async (tx) => {
    await deleteMediaOfPost(tx, post.id)
    const deleted = (await hangsMuchOn(tx, post.id)) ? await setPostAside(tx, post.id) : await firstRow(tx, deletePostStatement, [post.id])
    if (!deleted) throw refuse('post.not-found')
    await announce(tx, postDeleted, { postId: post.id, authorId: post.authorId })
  })
}
