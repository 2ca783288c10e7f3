import { z } from 'zod'
import { BATCHES_A_RUN_MAX } from '../../platform/database/run-in-batches.ts'
import { firstRow, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { addJobs } from '../../platform/queue/add-jobs.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { addTags } from './post-tags.ts'

const POSTS_A_BATCH_MAX = 200
const above = z.object({ above: z.number().int() })

/** Stores the tags of posts that were there before tags were stored, upwards from an id. What one run leaves is the next job's. */
export const findTags = defineJob({ name: 'posts.find-tags', input: above, lane: 'bulk', attemptsMax: 20, run: findMany })

async function findMany({ database }: { database: Writer }, from: z.infer<typeof above>): Promise<void> {
  let reached: number | undefined = from.above
  for (let batches = 0; batches < BATCHES_A_RUN_MAX; batches += 1) {
    const start: number = reached
    reached = await database.transaction((tx) => findSome(tx, start))
    if (reached === undefined) return
  }
  const next = { above: reached }
  await database.transaction((tx) => addJobs(tx, findTags, [next]))
}

const endOfBatch = statement<{ upTo: number | null }>(
  'posts.end-of-tags-batch',
  'select max(id) as "upTo" from (select id from posts where id > $1 order by id limit $2) batch',
)
// Locked, so that whoever edits one of them waits, and then stores its new tags.
const postsWithTags = statement<{ id: number; content: string }>(
  'posts.batch-with-tags',
  `select id, content from posts where id > $1 and id <= $2 and content ~ '[#＃]' order by id for share`,
)

/** Answers up to which post it came; undefined when none was left. */
async function findSome(tx: Tx, start: number): Promise<number | undefined> {
  const upTo = (await firstRow(tx, endOfBatch, [start, POSTS_A_BATCH_MAX]))?.upTo ?? undefined
  if (upTo !== undefined) await addTags(tx, await tx.rows(postsWithTags, [start, upTo]))
  return upTo
}
