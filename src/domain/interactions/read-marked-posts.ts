import type { Reader } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'
import { fillSpan, type Span, type SpanRows, type SpanStatements, spanStatements } from '../input/span-rules.ts'
import { type Post, postColumns } from '../posts/read-posts.ts'
import { type Looker, maySeePost } from '../visibility/visibility-rules.ts'

/** What a viewer has marked for themself. */
export type MarkedList = 'bookmarked' | 'liked'

/** A post, and the key of the mark by which it stands in the list. */
export interface MarkedPost extends Post {
  key: number
}

const LISTS: Record<MarkedList, SpanStatements<MarkedPost>> = {
  bookmarked: listStatements('interactions.bookmarked-list', 'bookmarks'),
  liked: listStatements('interactions.liked-list', 'likes'),
}

function listStatements(name: string, table: string): SpanStatements<MarkedPost> {
  return spanStatements(
    name,
    (order) => `select m.id as key, ${postColumns('$1')} from ${table} m join posts p on p.id = m.post_id join users a on a.id = p.author_id
     where m.user_id = $1 and m.id < $2 and m.id > $3 order by m.id ${order} limit $4`,
  )
}

/** One page of the posts that the viewer bookmarked or liked and may see, the last marked first. @throws BAD_USER_INPUT */
export async function readMarkedPosts(reader: Reader, list: MarkedList, viewer: Looker, args: PageArgs): Promise<Slice<MarkedPost>> {
  const page = acceptPage(list, 'newest-first', args)
  const rows = await reader.rows(LISTS[list].upper, [viewer.id, page.key, 0, page.limit + 1])
  return sliceOf(
    rows,
    page.limit,
    (post) => post.key,
    (post) => maySeePost(post, viewer),
  )
}

/** As readMarkedPosts, from either end of a span. */
export function readMarkedSpan(reader: Reader, list: MarkedList, viewer: Looker, span: Span): Promise<SpanRows<MarkedPost>> {
  return fillSpan(span, {
    read: ({ below, above, from, limit }) => reader.rows(LISTS[list][from], [viewer.id, below, above, limit]),
    keyOf: (post) => post.key,
    maySee: (post) => maySeePost(post, viewer),
  })
}
