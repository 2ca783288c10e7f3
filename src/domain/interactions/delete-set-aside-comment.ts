import { z } from 'zod'
import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { NOBODY } from '../accounts/nobody.ts'
import { deleteThreads } from './delete-threads.ts'

const commentSetAside = statement<{ id: number }>(
  'interactions.comment-set-aside',
  'select id from comments where id = $1 and author_id = $2',
)

/** Deletes a comment that was set aside, with the replies below it, in batches. */
export const deleteSetAsideComment = defineJob({
  name: 'interactions.delete-set-aside-comment',
  input: z.object({ commentId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 20,
  run: ({ database }: { database: Reader & Writer }, { commentId }) => deleteThreads(database, commentSetAside, [commentId, NOBODY]),
})
