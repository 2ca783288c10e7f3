import type { Reader, Tx, Writer } from '../../platform/database/statement.ts'
import { refuse } from '../../refusals.ts'
import { findComment } from '../interactions/find-visible-comment.ts'
import { hideComment, restoreComment } from '../interactions/hide-comment.ts'
import { findPostById } from '../posts/find-visible-post.ts'
import { hidePost, restorePost } from '../posts/hide-post.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { closeReports } from './decide-reports.ts'
import { logAct } from './moderation-log.ts'
import { acceptReason, NO_THING, type Thing } from './moderation-rules.ts'

interface Content {
  thing: Thing
  /** Answers false when it is so already. */
  hide(tx: Tx, moderatorId: number): Promise<boolean>
  restore(tx: Tx, moderatorId: number): Promise<boolean>
}

/** Hides a post from everybody but its author and administrators, and resolves what was reported of it. Answers its id. @throws BAD_USER_INPUT, NOT_FOUND */
export async function hideReportedPost(database: Reader & Writer, moderator: Looker, id: string, reason: string): Promise<number> {
  acceptReason(reason)
  const post = await findPostById(database, id, moderator)
  await act(database, moderator, 'hide', postContent(post.id), reason)
  return post.id
}

/** Shows a hidden post again, where it stood. Answers its id. @throws BAD_USER_INPUT, NOT_FOUND */
export async function restoreHiddenPost(database: Reader & Writer, moderator: Looker, id: string, reason: string): Promise<number> {
  acceptReason(reason)
  const post = await findPostById(database, id, moderator)
  await act(database, moderator, 'restore', postContent(post.id), reason)
  return post.id
}

/** As hideReportedPost for a comment: replies below it stay. @throws BAD_USER_INPUT, NOT_FOUND */
export async function hideReportedComment(database: Reader & Writer, moderator: Looker, id: string, reason: string): Promise<number> {
  acceptReason(reason)
  const commentId = await findCommentId(database, moderator, id)
  await act(database, moderator, 'hide', commentContent(commentId), reason)
  return commentId
}

/** @throws BAD_USER_INPUT, NOT_FOUND */
export async function restoreHiddenComment(database: Reader & Writer, moderator: Looker, id: string, reason: string): Promise<number> {
  acceptReason(reason)
  const commentId = await findCommentId(database, moderator, id)
  await act(database, moderator, 'restore', commentContent(commentId), reason)
  return commentId
}

async function findCommentId(database: Reader, moderator: Looker, id: string): Promise<number> {
  const comment = await findComment(database, id, moderator)
  if (!comment || comment.authorClosed) throw refuse('comment.not-found')
  return comment.id
}

function postContent(postId: number): Content {
  return {
    thing: { ...NO_THING, postId },
    hide: (tx, moderatorId) => hidePost(tx, postId, moderatorId),
    restore: (tx, moderatorId) => restorePost(tx, postId, moderatorId),
  }
}

function commentContent(commentId: number): Content {
  return {
    thing: { ...NO_THING, commentId },
    hide: (tx, moderatorId) => hideComment(tx, commentId, moderatorId),
    restore: (tx, moderatorId) => restoreComment(tx, commentId, moderatorId),
  }
}

// What changes nothing is not logged.
async function act(database: Writer, { id }: Looker, action: 'hide' | 'restore', content: Content, reason: string): Promise<void> {
  await database.transaction(async (tx) => {
    if (!(await content[action](tx, id))) return
    const reportCount = action === 'hide' ? await closeReports(tx, content.thing, 'resolved') : 0
    await logAct(tx, { moderatorId: id, action, thing: content.thing, reason, reportCount })
  })
}
