import { type Reader, statement } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'
import type { Thing } from './moderation-rules.ts'

export type ReportState = 'open' | 'resolved' | 'dismissed'

const REASONS_SHOWN_MAX = 5

/** A post, a comment or a user, and what was reported of it. */
export interface ReportedThing extends Thing {
  /** The newest report's id. */
  key: number
  reportCount: number
  /** How many people reported it. */
  reporterCount: number
  firstAt: Date
  lastAt: Date
  /** What the newest few said. */
  reasons: string[]
}

export const REPORTS_LIST = 'reports'

// What a deleted post, comment or account was reported for is nothing to decide any more.
const reported = statement<ReportedThing>(
  'moderation.reported-things',
  `select max(id) as key, post_id as "postId", comment_id as "commentId", user_id as "userId", count(*)::int as "reportCount",
     count(distinct reporter_id)::int as "reporterCount", min(created_at) as "firstAt", max(created_at) as "lastAt",
     (array_agg(reason order by id desc))[1:${REASONS_SHOWN_MAX}] as reasons
   from reports where state = $1 and num_nonnulls(post_id, comment_id, user_id) = 1
   group by post_id, comment_id, user_id having max(id) < $2 order by max(id) desc limit $3`,
)

/** What was reported, each thing once, the one reported last first. @throws BAD_USER_INPUT */
export async function readReports(reader: Reader, state: ReportState, args: PageArgs): Promise<Slice<ReportedThing>> {
  const page = acceptPage(REPORTS_LIST, 'newest-first', args)
  return sliceOf(await reader.rows(reported, [state, page.key, page.limit + 1]), page.limit, ({ key }) => key)
}
