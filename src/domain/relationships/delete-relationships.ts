import { z } from 'zod'
import { statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'

const ROWS_A_BATCH_MAX = 1000

const deleteFollowsBatch = statement<{ id: number }>(
  'relationships.delete-follows-batch',
  `delete from follows where id in (
     (select id from follows where follower_id = $1 limit $2) union all (select id from follows where following_id = $1 limit $2)
   ) returning id`,
)

/** Deletes a closed account's follows, both ways, in batches, so that others' counts follow and no transaction is long. */
export const deleteRelationshipsOf = defineJob({
  name: 'relationships.delete-of-user',
  input: z.object({ userId: z.number().int() }),
  attemptsMax: 20,
  run: async ({ database }: { database: Writer }, { userId }) => {
    const deleteBatch = () => database.transaction((tx) => tx.rows(deleteFollowsBatch, [userId, ROWS_A_BATCH_MAX]))
    while ((await deleteBatch()).length > 0);
  },
})
