import { firstRow, type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { announceAll } from '../../platform/outbox/announce-all.ts'
import { addJobs } from '../../platform/queue/add-jobs.ts'
import { refuse } from '../../refusals.ts'
import { ensureNobody, NOBODY } from '../accounts/nobody.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { deleteSetAsideComment } from './delete-set-aside-comment.ts'
import { findComment, isVisible } from './find-visible-comment.ts'
import { commentDeleted } from './interaction-facts.ts'
import type { Comment } from './read-comments.ts'

/**
 * Deletes a comment with the replies below it: its author may, even where its post has become hidden, and an admin. A thread of very many is
 * gone at once all the same, and its rows are deleted by a job.
 * @throws NOT_FOUND, a second time too; FORBIDDEN
 */
export async function deleteComment(database: Reader & Writer, viewer: Looker, id: string): Promise<void> {
  const comment = await findComment(database, id, viewer)
  if (!comment) throw refuse('comment.not-found')
  if (comment.authorId !== viewer.id && viewer.role !== 'admin') {
    throw (await isVisible(database, comment, viewer)) ? refuse('comment.not-yours') : refuse('comment.not-found')
  }
  await database.transaction(async (tx) => {
    if (await hangsMuchOn(tx, comment.id)) await setAside(tx, comment)
    else await deleteWhole(tx, comment)
  })
}

/** So many rows are deleted in one transaction: the thread's comments, and their likes. */
const ROWS_AT_ONCE_MAX = 500

// "offset 0" keeps to the index: a join is planned as a scan of the whole table for each level while the table's statistics are young.
const THREAD = `recursive thread as (
    select id from comments where id = $1
    union all
    select c.id from thread t cross join lateral (select id from comments where parent_id = t.id offset 0) c
  )`
const rowsOfThread = statement<{ rows: number }>(
  'interactions.rows-of-thread',
  `with ${THREAD} select count(*)::int as rows from (
     select 1 from thread
     union all select 1 from thread t cross join lateral (select 1 from comment_likes where comment_id = t.id offset 0) l
     limit $2) few`,
)

async function hangsMuchOn(tx: Tx, commentId: number): Promise<boolean> {
  return ((await firstRow(tx, rowsOfThread, [commentId, ROWS_AT_ONCE_MAX]))?.rows ?? 0) >= ROWS_AT_ONCE_MAX
}

// All at once rather than by cascade: a thread hundreds of replies deep would nest as many cascades.
const deleteThread = statement<{ id: number; authorId: number }>(
  'interactions.delete-thread',
  `with ${THREAD} delete from comments where id in (select id from thread) returning id, author_id as "authorId"`,
)

async function deleteWhole(tx: Tx, { id, postId, authorId }: Comment): Promise<void> {
  const deleted = await tx.rows(deleteThread, [id])
  if (deleted.length === 0) throw refuse('comment.not-found')
  await announce(tx, commentDeleted, { commentId: id, postId, authorId })
  const replies = deleted.filter((row) => row.id !== id)
  await announceAll(
    tx,
    commentDeleted,
    replies.map((reply) => ({ commentId: reply.id, postId, authorId: reply.authorId })),
  )
}

const handToNobody = statement<{ id: number }>(
  'interactions.hand-to-nobody',
  'update comments set author_id = $2 where id = $1 and author_id <> $2 returning id',
)

async function setAside(tx: Tx, { id, postId, authorId }: Comment): Promise<void> {
  await ensureNobody(tx)
  if (!(await firstRow(tx, handToNobody, [id, NOBODY]))) throw refuse('comment.not-found')
  await announce(tx, commentDeleted, { commentId: id, postId, authorId })
  await addJobs(tx, deleteSetAsideComment, [{ commentId: id }])
}
