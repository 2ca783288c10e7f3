import type { Reader } from '../../platform/database/statement.ts'
import { parseId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { readPosts } from '../posts/read-posts.ts'
import { type Looker, maySeeComment } from '../visibility/visibility-rules.ts'
import { type Comment, readComments } from './read-comments.ts'

/** The comment that a mutation is about, as its looker sees it. @throws NOT_FOUND when it is not there or may not be seen */
export async function findVisibleComment(reader: Reader, id: string, looker: Looker): Promise<Comment> {
  const comment = await findComment(reader, id, looker)
  if (!comment || !(await isVisible(reader, comment, looker))) throw refuse('comment.not-found')
  return comment
}

/** The comment of an id, visible or not. */
export async function findComment(reader: Reader, id: string, looker: Looker): Promise<Comment | undefined> {
  const commentId = parseId(id)
  return commentId === undefined ? undefined : (await readComments(reader, [commentId], looker))[0]
}

export async function isVisible(reader: Reader, comment: Comment, looker: Looker): Promise<boolean> {
  const [post] = await readPosts(reader, [comment.postId], looker)
  return post !== undefined && maySeeComment({ ...comment, post }, looker)
}
