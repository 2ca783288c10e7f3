import { z } from 'zod'
import { deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import type { Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'

const ROWS_A_BATCH_MAX = 500

const BATCHES = [
  deleteBatch('relationships.delete-follows-of', { from: 'follows', where: 'follower_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('relationships.delete-follows-to', { from: 'follows', where: 'following_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('relationships.delete-blocks-of', { from: 'blocks', where: 'blocker_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('relationships.delete-blocks-to', { from: 'blocks', where: 'blocked_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('relationships.delete-mutes-of', { from: 'mutes', where: 'muter_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('relationships.delete-mutes-to', { from: 'mutes', where: 'muted_id = $1', rowsMax: ROWS_A_BATCH_MAX }),
]

/** Deletes a closed account's follows, blocks and mutes, both ways, in batches, so that others' counts follow and no transaction is long. */
export const deleteRelationshipsOf = defineJob({
  name: 'relationships.delete-of-user',
  input: z.object({ userId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 20,
  run: async ({ database }: { database: Writer }, { userId }) => {
    for (const batch of BATCHES) await runInBatches(database, batch, [userId])
  },
})
