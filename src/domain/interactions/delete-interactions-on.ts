import { z } from 'zod'
import { deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { deleteThreads } from './delete-threads.ts'

const ROWS_A_BATCH_MAX = 500

const BATCHES = [
  deleteBatch('interactions.delete-shares-on', { from: 'shares', where: 'post_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('interactions.delete-likes-on', { from: 'likes', where: 'post_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('interactions.delete-bookmarks-on', { from: 'bookmarks', where: 'post_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
]
const commentsOn = statement<{ id: number }>(
  'interactions.comments-to-delete-on',
  `select id from comments where post_id = $1 order by id limit ${ROWS_A_BATCH_MAX}`,
)

/** Deletes the shares, likes and comments of a post that was set aside, in batches. */
export const deleteInteractionsOn = defineJob({
  name: 'interactions.delete-on-post',
  input: z.object({ postId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 20,
  run: async ({ database }: { database: Reader & Writer }, { postId }) => {
    for (const batch of BATCHES) await runInBatches(database, batch, [postId])
    await deleteThreads(database, commentsOn, [postId])
  },
})
