import { z } from 'zod'
import { BATCHES_A_RUN_MAX } from '../../platform/database/run-in-batches.ts'
import { firstRow, type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { announceAll } from '../../platform/outbox/announce-all.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { NotYet } from '../../platform/unavailable.ts'
import { outlastLateWrites } from '../accounts/late-writes.ts'
import { postDeleted } from './post-facts.ts'
import { ROWS_BY_CASCADE_MAX, ROWS_ON_POST, setPostAside } from './set-post-aside.ts'

const POSTS_A_BATCH_MAX = 50

/** Deletes a closed account's posts in batches. Those on which much hangs are set aside. */
export const deletePostsOf = defineJob({
  name: 'posts.delete-of-user',
  input: z.object({ userId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 20,
  run: async ({ database }: { database: Reader & Writer }, { userId }) => {
    for (let batches = 0; batches < BATCHES_A_RUN_MAX; batches += 1) {
      if (!(await database.transaction((tx) => deleteSomeOf(tx, userId)))) return outlastLateWrites(database, userId)
    }
    throw new NotYet('there are more posts than one run works off')
  },
})

interface PostWithRows {
  id: number
  rows: number
}

const postsOfAuthor = statement<PostWithRows>(
  'posts.batch-of-author',
  `select p.id, ${ROWS_ON_POST} as rows from (select id from posts where author_id = $2 limit $3 for update skip locked) p`,
)
const anyPostOfAuthor = statement<{ id: number }>('posts.any-of-author', 'select id from posts where author_id = $1 limit 1')
const deletePosts = statement<never>('posts.delete-these', 'delete from posts where id = any($1::bigint[])')

/** Answers false when none is left. */
async function deleteSomeOf(tx: Tx, authorId: number): Promise<boolean> {
  const posts = await tx.rows(postsOfAuthor, [ROWS_BY_CASCADE_MAX, authorId, POSTS_A_BATCH_MAX])
  if (posts.length === 0 && (await firstRow(tx, anyPostOfAuthor, [authorId]))) throw new NotYet('the posts that are left are in use')
  const large = posts.filter(({ rows }) => rows >= ROWS_BY_CASCADE_MAX)
  const small = takeWhileFew(posts.filter(({ rows }) => rows < ROWS_BY_CASCADE_MAX))
  for (const { id } of large) await setPostAside(tx, id)
  await tx.rows(deletePosts, [small.map(({ id }) => id)])
  const facts = [...large, ...small].map(({ id }) => ({ postId: id, authorId }))
  await announceAll(tx, postDeleted, facts)
  return posts.length > 0
}

/** As many posts, at least one, as have few rows together. The others are for the next batch. */
function takeWhileFew(posts: readonly PostWithRows[]): PostWithRows[] {
  let rows = 0
  return posts.filter((post) => {
    rows += post.rows
    return rows <= ROWS_BY_CASCADE_MAX
  })
}
