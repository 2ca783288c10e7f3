import { statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { parseId, parseUserId } from '../../platform/ids.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { logAct } from './moderation-log.ts'
import { acceptReason, NO_THING, type Thing } from './moderation-rules.ts'

const decide = statement<{ id: number }>(
  'moderation.decide-reports',
  `update reports set state = $4, decided_at = now()
   where state = 'open' and (post_id = $1 or comment_id = $2 or user_id = $3) returning id`,
)

/** Decides all open reports of a thing. Answers how many there were. */
export async function closeReports(tx: Tx, { postId, commentId, userId }: Thing, state: 'resolved' | 'dismissed'): Promise<number> {
  return (await tx.rows(decide, [postId, commentId, userId, state])).length
}

export interface ReportedIds {
  postId?: string | null | undefined
  commentId?: string | null | undefined
  userId?: string | null | undefined
}

/**
 * Decides all open reports of one post, comment or user: 'resolve' for those that were right, 'dismiss' for those that were not. Answers how
 * many there were; none is no error, and is not logged.
 * @throws BAD_USER_INPUT unless it is exactly one; NOT_FOUND for an id of nothing
 */
export async function decideReports(
  database: Writer,
  moderatorId: number,
  given: ReportedIds,
  { action, reason }: { action: 'resolve' | 'dismiss'; reason: string },
): Promise<number> {
  acceptReason(reason)
  const thing = readThing(given)
  return database.transaction(async (tx) => {
    const reportCount = await closeReports(tx, thing, action === 'resolve' ? 'resolved' : 'dismissed')
    if (reportCount > 0) await logAct(tx, { moderatorId, action, thing, reason, reportCount })
    return reportCount
  })
}

function readThing({ postId, commentId, userId }: ReportedIds): Thing {
  const given = [postId, commentId, userId].filter((id) => id !== undefined && id !== null)
  if (given.length !== 1) throw refuseInput('postId', 'Give exactly one of postId, commentId and userId.')
  const thing: Thing = {
    postId: (postId && parseId(postId)) || null,
    commentId: (commentId && parseId(commentId)) || null,
    userId: (userId && parseUserId(userId)) || null,
  }
  if (Object.values(thing).every((id) => id === null)) throw refuse('report.not-found')
  return { ...NO_THING, ...thing }
}
