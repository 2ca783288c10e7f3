import { z } from 'zod'
import { firstRow, statement, type Tx } from '../../platform/database/statement.ts'
import { announce, defineFact } from '../../platform/outbox/announce.ts'
import { ensureNobody, NOBODY } from '../accounts/nobody.ts'

/** So many rows may go with a post's own, by cascade, in one transaction. */
export const ROWS_BY_CASCADE_MAX = 500

const postSetAside = defineFact('post.set-aside', z.object({ postId: z.number().int() }))

const handToNobody = statement<{ id: number }>(
  'posts.hand-to-nobody',
  'update posts set author_id = $2 where id = $1 and author_id <> $2 returning id',
)
const forgetPostOfKeys = statement<never>('posts.forget-post-of-keys', 'update post_keys set post_id = null where post_id = $1')

/**
 * Deletes a post on which much hangs: at once gone for everybody, it is nobody's from now on. Jobs of each room delete what hangs on it, and
 * then its row. Answers false when it is gone already.
 */
export async function setPostAside(tx: Tx, postId: number): Promise<boolean> {
  await ensureNobody(tx)
  const aside = await firstRow(tx, handToNobody, [postId, NOBODY])
  if (!aside) return false
  await tx.rows(forgetPostOfKeys, [postId])
  await announce(tx, postSetAside, { postId })
  return true
}

/** How many rows go with a post's own, counted up to $1, for a statement that has the post as `p`. "offset 0" keeps to the index. */
export const ROWS_ON_POST = `(select count(*)::int from (
  select 1 from likes l where l.post_id = p.id
  union all select 1 from bookmarks b where b.post_id = p.id
  union all select 1 from shares s where s.post_id = p.id
  union all select 1 from comments c where c.post_id = p.id
  union all select 1 from comments c cross join lateral (select 1 from comment_likes l where l.comment_id = c.id offset 0) l where c.post_id = p.id
  union all select 1 from posts q where q.quoted_post_id = p.id
  union all select 1 from post_edits e where e.post_id = p.id
  limit $1) few)`

const rowsOnPost = statement<{ rows: number }>('posts.rows-on', `select ${ROWS_ON_POST} as rows from posts p where p.id = $2`)

/** Whether so much hangs on a post that it is not deleted in one go. */
export async function hangsMuchOn(tx: Tx, postId: number): Promise<boolean> {
  return ((await firstRow(tx, rowsOnPost, [ROWS_BY_CASCADE_MAX, postId]))?.rows ?? 0) >= ROWS_BY_CASCADE_MAX
}
