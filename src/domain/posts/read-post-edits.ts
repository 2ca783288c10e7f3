import { type Reader, statement } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'

/** What a post said until `replacedAt`. */
export interface PostEdit {
  postId: number
  key: number
  content: string
  mediaUrl: string | null
  contentWarning: string | null
  sensitive: boolean
  replacedAt: Date
}

export const POST_EDITS_LIST = 'post-edits'

const editsOfPosts = statement<PostEdit>(
  'posts.edits-of-posts',
  `select r.* from unnest($1::bigint[]) as o (id) cross join lateral (
     select e.post_id as "postId", e.id as key, e.content, e.media_url as "mediaUrl", e.content_warning as "contentWarning", e.sensitive,
       e.replaced_at as "replacedAt"
     from post_edits e where e.post_id = o.id and e.id < $2 order by e.id desc limit $3
   ) r order by r.key desc`,
)

/** The earlier wordings of each post, newest first. @throws BAD_USER_INPUT */
export async function readPostEdits(reader: Reader, postIds: readonly number[], args: PageArgs): Promise<Map<number, Slice<PostEdit>>> {
  const page = acceptPage(POST_EDITS_LIST, 'newest-first', args)
  const byPost = Map.groupBy(await reader.rows(editsOfPosts, [postIds, page.key, page.limit + 1]), (edit) => edit.postId)
  return new Map(postIds.map((id) => [id, sliceOf(byPost.get(id) ?? [], page.limit, (edit) => edit.key)]))
}
