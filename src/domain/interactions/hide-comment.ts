import { firstRow, statement, type Tx } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { commentHidden, commentRestored } from './interaction-facts.ts'

const markHidden = statement<{ authorId: number; postId: number }>(
  'interactions.mark-comment-hidden',
  `update comments set hidden_at = case when $2::boolean then clock_timestamp() end
   where id = $1 and (hidden_at is not null) <> $2::boolean returning author_id as "authorId", post_id as "postId"`,
)

/** Hides a comment from everybody but its author and administrators; replies below it stay. Answers false when it is hidden already, or gone. */
export function hideComment(tx: Tx, commentId: number, moderatorId: number): Promise<boolean> {
  return mark(tx, commentId, moderatorId, true)
}

/** Shows a hidden comment again. Answers false when it is not hidden, or gone. */
export function restoreComment(tx: Tx, commentId: number, moderatorId: number): Promise<boolean> {
  return mark(tx, commentId, moderatorId, false)
}

async function mark(tx: Tx, commentId: number, moderatorId: number, hidden: boolean): Promise<boolean> {
  const marked = await firstRow(tx, markHidden, [commentId, hidden])
  if (marked) await announce(tx, hidden ? commentHidden : commentRestored, { commentId, ...marked, moderatorId })
  return marked !== undefined
}
