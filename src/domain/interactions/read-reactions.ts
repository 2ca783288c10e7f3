import { type Reader, type Statement, statement } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'
import { authorFactsColumns } from '../visibility/author-facts-columns.ts'
import { type AuthorFacts, type Looker, maySeeWhatTheyDid } from '../visibility/visibility-rules.ts'

/** A like or a share of a post, and, as `authorId`, who did it. */
export interface Reaction extends AuthorFacts {
  postId: number
  key: number
  message: string | null
  createdAt: Date
}

export type ReactionList = 'likes' | 'shares'

const LISTS: Record<ReactionList, Statement<Reaction>> = {
  likes: listStatement('interactions.likes-of-posts', 'likes', 'null::text'),
  shares: listStatement('interactions.shares-of-posts', 'shares', 't.message'),
}

function listStatement(name: string, table: string, message: string): Statement<Reaction> {
  return statement(
    name,
    `select r.* from unnest($1::bigint[]) as o (id) cross join lateral (
       select t.post_id as "postId", t.id as key, ${message} as message, t.created_at as "createdAt", ${authorFactsColumns('a', '$2')}
       from ${table} t join users a on a.id = t.user_id
       where t.post_id = o.id and t.id < $3 order by t.id desc limit $4
     ) r order by r.key desc`,
  )
}

/** One page of likes or shares for each post, newest first; the posts are known to be visible. @throws BAD_USER_INPUT */
export async function readReactionsOf(
  reader: Reader,
  list: ReactionList,
  postIds: readonly number[],
  args: PageArgs,
  looker: Looker | undefined,
): Promise<Map<number, Slice<Reaction>>> {
  const page = acceptPage(list, 'newest-first', args)
  const rows = await reader.rows(LISTS[list], [postIds, looker?.id ?? 0, page.key, page.limit + 1])
  const byPost = Map.groupBy(rows, (reaction) => reaction.postId)
  return new Map(postIds.map((id) => [id, sliceOf(byPost.get(id) ?? [], page.limit, (reaction) => reaction.key, maySeeWhatTheyDid)]))
}
