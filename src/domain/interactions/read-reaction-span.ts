import type { Reader } from '../../platform/database/statement.ts'
import { fillSpan, type Span, type SpanRows, type SpanStatements, spanStatements } from '../input/span-rules.ts'
import { authorFactsColumns } from '../visibility/author-facts-columns.ts'
import { type AuthorFacts, type Looker, maySeeWhatTheyDid } from '../visibility/visibility-rules.ts'

/** Who reacted, as `authorId`, and the key of their reaction. */
export interface Reactor extends AuthorFacts {
  key: number
}

export type ReactorList = 'likes' | 'shares' | 'comment-likes'

const LISTS: Record<ReactorList, SpanStatements<Reactor>> = {
  likes: listStatements('interactions.likers', 'likes', 'post_id'),
  shares: listStatements('interactions.sharers', 'shares', 'post_id'),
  'comment-likes': listStatements('interactions.likers-of-comment', 'comment_likes', 'comment_id'),
}

function listStatements(name: string, table: string, column: string): SpanStatements<Reactor> {
  return spanStatements(
    name,
    (order) => `select t.id as key, ${authorFactsColumns('a', '$2')} from ${table} t join users a on a.id = t.user_id
     where t.${column} = $1 and t.id < $3 and t.id > $4 order by t.id ${order} limit $5`,
  )
}

/** A part of those who liked or shared something, which is known to be visible; the last first. */
export function readReactorSpan(
  reader: Reader,
  list: ReactorList,
  id: number,
  span: Span,
  looker: Looker | undefined,
): Promise<SpanRows<Reactor>> {
  return fillSpan<Reactor>(span, {
    read: ({ below, above, from, limit }) => reader.rows(LISTS[list][from], [id, looker?.id ?? 0, below, above, limit]),
    keyOf: ({ key }) => key,
    maySee: maySeeWhatTheyDid,
  })
}
