import { z } from 'zod'
import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { parseUserId } from '../../platform/ids.ts'
import { announce, defineFact } from '../../platform/outbox/announce.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { readUsers } from '../accounts/read-users.ts'
import { findVisibleComment } from '../interactions/find-visible-comment.ts'
import { findVisiblePost } from '../posts/find-visible-post.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { acceptReason } from './moderation-rules.ts'

const contentReported = defineFact('content.reported', z.object({ reporterId: z.number().int() }))

export interface Report {
  postId?: string | null | undefined
  commentId?: string | null | undefined
  userId?: string | null | undefined
  reason: string
}

const insertReport = statement<never>(
  'moderation.report',
  'insert into reports (reporter_id, post_id, comment_id, user_id, reason) values ($1, $2, $3, $4, $5)',
)

/** Tells moderators of one post, comment or user. @throws BAD_USER_INPUT unless it is exactly one; NOT_FOUND */
export async function report(database: Reader & Writer, viewer: Looker, { postId, commentId, userId, reason }: Report): Promise<void> {
  acceptReason(reason)
  const given = [postId, commentId, userId].filter((id) => id !== undefined && id !== null)
  if (given.length !== 1) throw refuseInput('postId', 'Give exactly one of postId, commentId and userId.')
  const post = postId ? (await findVisiblePost(database, postId, viewer)).id : null
  const comment = commentId ? (await findVisibleComment(database, commentId, viewer)).id : null
  const user = userId ? await findReportedUser(database, userId) : null
  if (post === null && comment === null && user === null) throw refuse('user.not-found')
  const insert = async (tx: Tx) => {
    await tx.rows(insertReport, [viewer.id, post, comment, user, reason])
    await announce(tx, contentReported, { reporterId: viewer.id })
  }
  await database.transaction(insert).catch((error) => {
    throw isForeignKeyViolation(error) ? refuse('post.not-found') : error
  })
}

async function findReportedUser(reader: Reader, id: string): Promise<number> {
  const userId = parseUserId(id)
  const user = userId === undefined ? undefined : (await readUsers(reader, [userId]))[0]
  if (!user || user.isClosed) throw refuse('user.not-found')
  return user.id
}
