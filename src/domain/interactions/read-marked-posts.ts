import { type Reader, type Statement, statement } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'
import { type Post, postColumns } from '../posts/read-posts.ts'
import { type Looker, maySeePost } from '../visibility/visibility-rules.ts'

/** What a viewer has marked for themself. */
export type MarkedList = 'bookmarked' | 'liked'

/** A post, and the key of the mark by which it stands in the list. */
export interface MarkedPost extends Post {
  key: number
}

const LISTS: Record<MarkedList, Statement<MarkedPost>> = {
  bookmarked: listStatement('interactions.bookmarked-list', 'bookmarks'),
  liked: listStatement('interactions.liked-list', 'likes'),
}

function listStatement(name: string, table: string): Statement<MarkedPost> {
  return statement(
    name,
    `select m.id as key, ${postColumns('$1')} from ${table} m join posts p on p.id = m.post_id join users a on a.id = p.author_id
     where m.user_id = $1 and m.id < $2 order by m.id desc limit $3`,
  )
}

/** One page of the posts that the viewer bookmarked or liked and may see, the last marked first. @throws BAD_USER_INPUT */
export async function readMarkedPosts(reader: Reader, list: MarkedList, viewer: Looker, args: PageArgs): Promise<Slice<MarkedPost>> {
  const page = acceptPage(list, 'newest-first', args)
  const rows = await reader.rows(LISTS[list], [viewer.id, page.key, page.limit + 1])
  return sliceOf(
    rows,
    page.limit,
    (post) => post.key,
    (post) => maySeePost(post, viewer),
  )
}
