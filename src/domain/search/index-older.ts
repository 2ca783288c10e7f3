import { z } from 'zod'
import { firstRow, type Statement, statement, type Writer } from '../../platform/database/statement.ts'
import { addJobs } from '../../platform/queue/add-jobs.ts'
import { defineJob, type Job } from '../../platform/queue/job.ts'

const ROWS_A_BATCH_MAX = 200
const BATCHES_A_JOB_MAX = 50

interface Indexed {
  /** The least id of the batch; null when nothing was left. */
  lowest: number | null
}

// What is being changed meanwhile is indexed by its writer, before us or over what we wrote.
const indexPosts = statement<Indexed>(
  'search.index-older-posts',
  `with older as materialized (select id, content from posts where id < $1 order by id desc limit ${ROWS_A_BATCH_MAX} for key share),
     indexed as (insert into post_words (post_id, words) select id, search_words(content) || search_spans(id) from older on conflict do nothing)
   select min(id) as lowest from older`,
)
const indexUsers = statement<Indexed>(
  'search.index-older-users',
  `with older as materialized (
       select id, username, display_name, bio from users where id < $1 order by id desc limit ${ROWS_A_BATCH_MAX} for key share),
     indexed as (insert into user_words (user_id, words) select id, search_person(username, display_name, bio) from older on conflict do nothing)
   select min(id)::bigint as lowest from older`,
)

/** Indexes the posts that were there before search was, newest first. */
export const indexOlderPosts = defineIndexing('search.index-older-posts', indexPosts)
/** Indexes the accounts that were there before search was, newest first. */
export const indexOlderUsers = defineIndexing('search.index-older-users', indexUsers)

/** A job that indexes what has an id `below`, a batch a transaction, and leaves what it does not get to to another of its kind. */
function defineIndexing(name: string, batch: Statement<Indexed>): Job<{ below: number }, { database: Writer }> {
  const job = defineJob({
    name,
    input: z.object({ below: z.number().int() }),
    lane: 'bulk',
    attemptsMax: 20,
    run: async ({ database }: { database: Writer }, input) => {
      let { below } = input
      for (let batches = 1; batches <= BATCHES_A_JOB_MAX; batches += 1) {
        const lowest = await database.transaction(async (tx) => {
          const indexed = (await firstRow(tx, batch, [below]))?.lowest ?? null
          if (indexed !== null && batches === BATCHES_A_JOB_MAX) await addJobs(tx, job, [{ below: indexed }])
          return indexed
        })
        if (lowest === null) return
        below = lowest
      }
    },
  })
  return job
}
