import { z } from 'zod'
import { type Batch, deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import { statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { NotYet } from '../../platform/unavailable.ts'
import { NOBODY } from '../accounts/nobody.ts'
import { hangsMuchOn } from './set-post-aside.ts'

const ROWS_A_BATCH_MAX = 500

const endQuotes = statement<Batch>(
  'posts.end-quotes-batch',
  `with batch as materialized (select id from posts where quoted_post_id = $1 limit ${ROWS_A_BATCH_MAX} for no key update skip locked),
     ended as (update posts set quoted_post_id = null where id in (select id from batch) returning id)
   select (select count(*)::int from ended) as done, exists (select from posts where quoted_post_id = $1) as "left"`,
)
const deleteEdits = deleteBatch('posts.delete-edits-batch', { from: 'post_edits', where: 'post_id = $1', rowsMax: ROWS_A_BATCH_MAX })
const deleteRow = statement<never>('posts.delete-set-aside', 'delete from posts where id = $1 and author_id = $2')

/** Deletes what this room keeps of a post set aside, and, when the interactions on it are gone, the post itself. */
export const deleteSetAsidePost = defineJob({
  name: 'posts.delete-set-aside',
  input: z.object({ postId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 20,
  run: async ({ database }: { database: Writer }, { postId }) => {
    for (const batch of [endQuotes, deleteEdits]) await runInBatches(database, batch, [postId])
    await database.transaction(async (tx) => {
      if (await hangsMuchOn(tx, postId)) throw new NotYet('what hangs on the post is not yet deleted')
      await tx.rows(deleteRow, [postId, NOBODY])
    })
  },
})
