import { BATCHES_A_RUN_MAX, deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import { type Reader, type Statement, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { announceAll } from '../../platform/outbox/announce-all.ts'
import { NotYet } from '../../platform/unavailable.ts'
import { NOBODY } from '../accounts/nobody.ts'
import { commentDeleted } from './interaction-facts.ts'

const ROWS_A_BATCH_MAX = 500

/**
 * Deletes comments with all replies below them, a bounded number at a time and those first that have no replies, so that no cascade
 * does the work. `findTops` finds some of the comments that are to go, by `values`, and in the end none.
 * @throws NotYet when some are left: others hold them, or there are more than one run does
 */
export async function deleteThreads(
  database: Reader & Writer,
  findTops: Statement<{ id: number }>,
  values: readonly unknown[],
): Promise<void> {
  // What is looked at: the comments found at first, and, where a thread is so large that no end of it came into sight, ever deeper ones.
  const trail: number[][] = []
  for (let batches = 0; batches < BATCHES_A_RUN_MAX; batches += 1) {
    if (trail.length === 0) trail.push((await database.rows(findTops, values)).map(({ id }) => id))
    const tops = trail.at(-1) ?? []
    if (tops.length === 0) return
    const seen = await database.rows(firstOfThreads, [tops, ROWS_A_BATCH_MAX])
    const isWhole = seen.length < ROWS_A_BATCH_MAX
    const doomed = seen.filter(({ hasReplies }) => isWhole || !hasReplies).map(({ id }) => id)
    await deleteComments(database, doomed)
    if (isWhole) trail.pop()
    else if (doomed.length === 0) trail.push(seen.slice(-1).map(({ id }) => id))
  }
  throw new NotYet('there are more comments than one run works off')
}

// Breadth first, as PostgreSQL works a recursion off, so that the last is as deep as any. No more is read than is answered.
// "offset 0" keeps to the index: a join is planned as a scan of the whole table for each level while the table's statistics are young.
const firstOfThreads = statement<{ id: number; hasReplies: boolean }>(
  'interactions.first-of-threads',
  `with recursive thread as (
     select id from comments where id = any($1::bigint[])
     union
     select c.id from thread t cross join lateral (select id from comments where parent_id = t.id offset 0) c
   )
   select id, (select true from comments c where c.parent_id = first.id limit 1) is not null as "hasReplies"
   from (select id from thread limit $2) first`,
)

const deleteLikes = deleteBatch('interactions.delete-likes-of-comments', {
  from: 'comment_likes',
  where: 'comment_id = any($1::bigint[])',
  rowsMax: ROWS_A_BATCH_MAX,
})
const deleteThese = statement<{ commentId: number; postId: number; authorId: number }>(
  'interactions.delete-these',
  `delete from comments where id in (select id from comments where id = any($1::bigint[]) for update skip locked)
   returning id as "commentId", post_id as "postId", author_id as "authorId"`,
)

async function deleteComments(database: Writer, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await runInBatches(database, deleteLikes, [ids])
  await database.transaction(async (tx: Tx) => {
    const deleted = await tx.rows(deleteThese, [ids])
    // What is nobody's was announced when it was handed over.
    await announceAll(
      tx,
      commentDeleted,
      deleted.filter(({ authorId }) => authorId !== NOBODY),
    )
  })
}
