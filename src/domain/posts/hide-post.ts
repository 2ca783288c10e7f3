import { firstRow, statement, type Tx } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { postHidden, postRestored } from './post-facts.ts'

const markHidden = statement<{ authorId: number }>(
  'posts.mark-hidden',
  `update posts set hidden_at = case when $2::boolean then clock_timestamp() end
   where id = $1 and (hidden_at is not null) <> $2::boolean returning author_id as "authorId"`,
)

/** Hides a post from everybody but its author and administrators. Answers false when it is hidden already, or gone. */
export function hidePost(tx: Tx, postId: number, moderatorId: number): Promise<boolean> {
  return mark(tx, postId, moderatorId, true)
}

/** Shows a hidden post again, where it stood. Answers false when it is not hidden, or gone. */
export function restorePost(tx: Tx, postId: number, moderatorId: number): Promise<boolean> {
  return mark(tx, postId, moderatorId, false)
}

async function mark(tx: Tx, postId: number, moderatorId: number, hidden: boolean): Promise<boolean> {
  const marked = await firstRow(tx, markHidden, [postId, hidden])
  if (marked) await announce(tx, hidden ? postHidden : postRestored, { postId, authorId: marked.authorId, moderatorId })
  return marked !== undefined
}
