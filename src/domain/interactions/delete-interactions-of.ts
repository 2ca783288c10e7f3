import { z } from 'zod'
import { type Statement, statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'

const ROWS_A_BATCH_MAX = 500

const BATCHES: Statement<{ id: number }>[] = [
  batchStatement('interactions.delete-shares-batch', 'shares', 'user_id'),
  batchStatement('interactions.delete-likes-batch', 'likes', 'user_id'),
  batchStatement('interactions.delete-comment-likes-batch', 'comment_likes', 'user_id'),
  statement(
    'interactions.delete-comments-batch',
    `with recursive thread as (
       (select id from comments where author_id = $1 limit $2)
       union
       select c.id from thread t cross join lateral (select id from comments where parent_id = t.id offset 0) c
     )
     delete from comments where id in (select id from thread) returning id`,
  ),
]

function batchStatement(name: string, table: string, owner: string): Statement<{ id: number }> {
  return statement(name, `delete from ${table} where id in (select id from ${table} where ${owner} = $1 limit $2) returning id`)
}

/** Deletes a closed account's shares, likes and comments (with the replies below them) in batches. */
export const deleteInteractionsOf = defineJob({
  name: 'interactions.delete-of-user',
  input: z.object({ userId: z.number().int() }),
  attemptsMax: 20,
  run: async ({ database }: { database: Writer }, { userId }) => {
    for (const batch of BATCHES) {
      const deleteBatch = () => database.transaction((tx) => tx.rows(batch, [userId, ROWS_A_BATCH_MAX]))
      while ((await deleteBatch()).length > 0);
    }
  },
})
