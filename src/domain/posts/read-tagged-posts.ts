import { type Reader, statement } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'
import { acceptTag } from '../input/tag-rules.ts'
import { type Looker, maySeePost } from '../visibility/visibility-rules.ts'
import { type Post, postColumns } from './read-posts.ts'

export const TAGGED_POSTS_LIST = 'tagged'

const taggedPosts = statement<Post>(
  'posts.tagged',
  `select ${postColumns('$2')} from post_tags t join posts p on p.id = t.post_id join users a on a.id = p.author_id
   where t.tag = $1 and t.post_id < $3
     and (p.visibility = 'PUBLIC' or p.author_id = $2
       or (select true from follows where follower_id = $2 and following_id = p.author_id limit 1) is not null)
   order by t.post_id desc limit $4`,
)

/** One page of the posts with a tag, with or without #, in whatever case, that the looker may see; newest first. @throws BAD_USER_INPUT */
export async function readTaggedPosts(reader: Reader, tag: string, args: PageArgs, looker: Looker | undefined): Promise<Slice<Post>> {
  const page = acceptPage(TAGGED_POSTS_LIST, 'newest-first', args)
  const rows = await reader.rows(taggedPosts, [acceptTag(tag), looker?.id ?? 0, page.key, page.limit + 1])
  return sliceOf(
    rows,
    page.limit,
    (post) => post.id,
    (post) => maySeePost(post, looker),
  )
}
