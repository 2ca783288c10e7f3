import { z } from 'zod'
import { statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { postDeleted } from './post-facts.ts'

/** Small, since each post takes its comments, likes and shares with it. */
const POSTS_A_BATCH_MAX = 50

const deletePostsBatch = statement<{ id: number }>(
  'posts.delete-batch-of-author',
  'delete from posts where id in (select id from posts where author_id = $1 limit $2) returning id',
)

/** Deletes a closed account's posts in batches. */
export const deletePostsOf = defineJob({
  name: 'posts.delete-of-user',
  input: z.object({ userId: z.number().int() }),
  attemptsMax: 20,
  run: async ({ database }: { database: Writer }, { userId }) => {
    for (let deleted = POSTS_A_BATCH_MAX; deleted > 0; ) {
      deleted = await database.transaction(async (tx) => {
        const posts = await tx.rows(deletePostsBatch, [userId, POSTS_A_BATCH_MAX])
        for (const post of posts) await announce(tx, postDeleted, { postId: post.id, authorId: userId })
        return posts.length
      })
    }
  },
})
