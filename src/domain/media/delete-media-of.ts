import { z } from 'zod'
import type { Blobs } from '../../platform/blobs/blobs.ts'
import { deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import type { Reader, Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { deleteLeftovers } from './delete-media.ts'

const ROWS_A_BATCH_MAX = 200

const deleteOfOwner = deleteBatch('media.delete-of-owner', { from: 'media', where: 'owner_id = $1', rowsMax: ROWS_A_BATCH_MAX })

/** Deletes a closed account's media, and their files. None comes later: `addMedium` writes its row only while the account is open. */
export const deleteMediaOf = defineJob({
  name: 'media.delete-of-user',
  input: z.object({ userId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 20,
  run: async ({ database, blobs }: { database: Reader & Writer; blobs: Blobs }, { userId }) => {
    await runInBatches(database, deleteOfOwner, [userId])
    await deleteLeftovers({ database, blobs })
  },
})
