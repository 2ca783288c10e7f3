import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { acceptText } from '../input/text-rules.ts'
import { findVisiblePost } from '../posts/find-visible-post.ts'
import { acceptKey } from '../posts/post-rules.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { commentOfKey, rememberCommentKey } from './comment-keys.ts'
import { findVisibleComment } from './find-visible-comment.ts'
import { commentWritten } from './interaction-facts.ts'

const TEXT_LENGTH_MAX = 2000

export interface NewComment {
  postId: string
  text: string
  parentId?: string | null | undefined
  /** The same key within a day answers the first comment. */
  key?: string | null | undefined
}

/** @throws BAD_USER_INPUT */
export function acceptCommentText(text: string): string {
  return acceptText(text, { field: 'text', min: 1, max: TEXT_LENGTH_MAX, lines: true })
}

const insertComment = statement<{ id: number }>(
  'interactions.write-comment',
  'insert into comments (post_id, author_id, parent_id, text) values ($1, $2, $3, $4) returning id',
)

/** Comments a post, or replies to one of its comments. Answers the comment's id. @throws BAD_USER_INPUT, NOT_FOUND */
export async function writeComment(
  database: Reader & Writer,
  viewer: Looker,
  { postId, text, parentId, key }: NewComment,
): Promise<number> {
  acceptCommentText(text)
  if (key !== undefined && key !== null) acceptKey(key)
  const post = await findVisiblePost(database, postId, viewer)
  const parent = parentId === undefined || parentId === null ? undefined : await findVisibleComment(database, parentId, viewer)
  if (parent && parent.postId !== post.id) throw refuseInput('parentId', 'parentId must be a comment of the same post.')
  try {
    return await database.transaction(async (tx) => {
      const first = typeof key === 'string' ? await commentOfKey(tx, viewer.id, key) : undefined
      if (first?.commentId === null) throw refuse('comment.not-found') // written, and deleted since
      if (first) return first.commentId
      const comment = await firstRow(tx, insertComment, [post.id, viewer.id, parent?.id ?? null, text])
      if (!comment) throw new Error('a comment was not inserted')
      await announce(tx, commentWritten, { commentId: comment.id, postId: post.id, authorId: viewer.id })
      if (typeof key === 'string') await rememberCommentKey(tx, viewer.id, key, comment.id)
      return comment.id
    })
  } catch (error) {
    if (isForeignKeyViolation(error, 'comments_parent_id_post_id_fkey')) throw refuse('comment.not-found')
    throw isForeignKeyViolation(error) ? refuse('post.not-found') : error
  }
}
