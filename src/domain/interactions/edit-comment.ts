import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { findVisibleComment } from './find-visible-comment.ts'
import { commentEdited } from './interaction-facts.ts'
import { acceptCommentText } from './write-comment.ts'

const changeText = statement<{ id: number }>(
  'interactions.edit-comment',
  'update comments set text = $2, edited_at = now() where id = $1 and text <> $2 returning id',
)

/** Edits the viewer's own comment. The same text is no edit. Answers the comment's id. @throws BAD_USER_INPUT, NOT_FOUND, FORBIDDEN */
export async function editComment(database: Reader & Writer, viewer: Looker, id: string, text: string): Promise<number> {
  acceptCommentText(text)
  const comment = await findVisibleComment(database, id, viewer)
  if (comment.authorId !== viewer.id) throw refuse('comment.not-yours')
  await database.transaction(async (tx) => {
    const changed = await firstRow(tx, changeText, [comment.id, text])
    if (changed) await announce(tx, commentEdited, { commentId: comment.id, postId: comment.postId, authorId: viewer.id })
  })
  return comment.id
}
