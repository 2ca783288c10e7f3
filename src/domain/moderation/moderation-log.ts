import { type Reader, statement, type Tx } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'
import type { Thing } from './moderation-rules.ts'

export type ModerationAction = 'hide' | 'restore' | 'suspend' | 'resolve' | 'dismiss'

export interface Act {
  /** Null at the command line. */
  moderatorId: number | null
  action: ModerationAction
  thing: Thing
  reason: string
  /** The open reports that were decided by it. */
  reportCount: number
}

const insertAct = statement<never>(
  'moderation.log',
  `insert into moderation_log (moderator_id, action, post_id, comment_id, user_id, reason, report_count)
   values ($1, $2, $3, $4, $5, $6, $7)`,
)

/** Writes down what a moderator did, in the transaction that does it. */
export async function logAct(tx: Tx, { moderatorId, action, thing, reason, reportCount }: Act): Promise<void> {
  await tx.rows(insertAct, [moderatorId, action, thing.postId, thing.commentId, thing.userId, reason, reportCount])
}

export interface LoggedAct extends Thing {
  id: number
  doneAt: Date
  moderatorId: number | null
  action: ModerationAction
  reason: string
  reportCount: number
}

export const MODERATION_LOG_LIST = 'moderation-log'

const log = statement<LoggedAct>(
  'moderation.read-log',
  `select id, done_at as "doneAt", moderator_id as "moderatorId", action, post_id as "postId", comment_id as "commentId",
     user_id as "userId", reason, report_count as "reportCount"
   from moderation_log where id < $1 order by id desc limit $2`,
)

/** What moderators did, newest first. @throws BAD_USER_INPUT */
export async function readModerationLog(reader: Reader, args: PageArgs): Promise<Slice<LoggedAct>> {
  const page = acceptPage(MODERATION_LOG_LIST, 'newest-first', args)
  return sliceOf(await reader.rows(log, [page.key, page.limit + 1]), page.limit, ({ id }) => id)
}
