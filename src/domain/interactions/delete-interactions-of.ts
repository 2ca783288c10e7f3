import { z } from 'zod'
import { deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { outlastLateWrites } from '../accounts/late-writes.ts'
import { deleteThreads } from './delete-threads.ts'

const ROWS_A_BATCH_MAX = 500

const BATCHES = [
  deleteBatch('interactions.delete-shares-of', { from: 'shares', where: 'user_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('interactions.delete-likes-of', { from: 'likes', where: 'user_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('interactions.delete-bookmarks-of', { from: 'bookmarks', where: 'user_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('interactions.delete-comment-likes-of', { from: 'comment_likes', where: 'user_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
]
const commentsOf = statement<{ id: number }>(
  'interactions.comments-to-delete-of',
  `select id from comments where author_id = $1 order by id limit ${ROWS_A_BATCH_MAX}`,
)

/** Deletes a closed account's shares, likes and comments (with the replies below them) in batches. */
export const deleteInteractionsOf = defineJob({
  name: 'interactions.delete-of-user',
  input: z.object({ userId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 20,
  run: async ({ database }: { database: Reader & Writer }, { userId }) => {
    for (const batch of BATCHES) await runInBatches(database, batch, [userId])
    await deleteThreads(database, commentsOf, [userId])
    await outlastLateWrites(database, userId)
  },
})
