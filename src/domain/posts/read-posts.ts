import { type Reader, statement } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'
import { authorFactsColumns } from '../visibility/author-facts-columns.ts'
import { type Looker, maySeePost, type PostFacts } from '../visibility/visibility-rules.ts'

/** A post with the facts by which its visibility is decided. Its time of creation is in its id. */
export interface Post extends PostFacts {
  id: number
  content: string
  /** Stands in front of the content, which is shown to whoever asks for it. */
  contentWarning: string | null
  /** Its media are covered until somebody asks for them. */
  sensitive: boolean
  /** BCP 47, as its author gave it. */
  language: string | null
  mediaUrl: string | null
  editedAt: Date | null
  quotedPostId: number | null
  pinned: boolean
}

/** What stands in the row of a post, whoever looks, for statements that have it as `p`. */
export const POST_ROW_COLUMNS = `p.id, p.content, p.content_warning as "contentWarning", p.sensitive, p.language, p.media_url as "mediaUrl",
    p.visibility, p.hidden_at is not null as hidden, p.edited_at as "editedAt", p.quoted_post_id as "quotedPostId",
    p.pinned_at is not null as pinned`

/** The columns of Post, for statements that have the post as `p` and its author as `a`. */
export function postColumns(viewer: string): string {
  return `${POST_ROW_COLUMNS}, ${authorFactsColumns('a', viewer)}`
}

const postsByIds = statement<Post>(
  'posts.by-ids',
  `select ${postColumns('$2')} from posts p join users a on a.id = p.author_id where p.id = any($1::bigint[])`,
)

/** The posts of these ids, visible or not: the caller asks the rule. */
export function readPosts(reader: Reader, ids: readonly number[], looker: Looker | undefined): Promise<Post[]> {
  return reader.rows(postsByIds, [ids, looker?.id ?? 0])
}

export const POSTS_OF_LIST = 'posts-of'

const postsOfAuthors = statement<Post>(
  'posts.of-authors',
  `select r.* from unnest($1::int[]) as o (id) cross join lateral (
     select ${postColumns('$2')} from posts p join users a on a.id = p.author_id
     where p.author_id = o.id and p.id < $3
       and (p.visibility = 'PUBLIC' or p.author_id = $2 or exists (select from follows where follower_id = $2 and following_id = o.id))
     order by p.id desc limit $4
   ) r order by r.id desc`,
)

/** One page of each author's posts that the looker may see, newest first. @throws BAD_USER_INPUT */
export async function readPostsOf(
  reader: Reader,
  authorIds: readonly number[],
  args: PageArgs,
  looker: Looker | undefined,
): Promise<Map<number, Slice<Post>>> {
  const page = acceptPage(POSTS_OF_LIST, 'newest-first', args)
  const rows = await reader.rows(postsOfAuthors, [authorIds, looker?.id ?? 0, page.key, page.limit + 1])
  const byAuthor = Map.groupBy(rows, (post) => post.authorId)
  return new Map(
    authorIds.map((id) => [
      id,
      sliceOf(
        byAuthor.get(id) ?? [],
        page.limit,
        (post) => post.id,
        (post) => maySeePost(post, looker),
      ),
    ]),
  )
}

export const PUBLIC_FEED_LIST = 'public-feed'

const publicPosts = statement<Post & { authorMuted: boolean }>(
  'posts.public-feed',
  `select ${postColumns('$1')}, exists (select from mutes where muter_id = $1 and muted_id = p.author_id) as "authorMuted"
   from posts p join users a on a.id = p.author_id
   where p.visibility = 'PUBLIC' and p.hidden_at is null and p.id < $2
   order by p.id desc limit $3`,
)

/** Public posts of everyone, newest first, without those of whom the looker muted. @throws BAD_USER_INPUT */
export async function readPublicFeed(reader: Reader, args: PageArgs, looker: Looker | undefined): Promise<Slice<Post>> {
  const page = acceptPage(PUBLIC_FEED_LIST, 'newest-first', args)
  const rows = await reader.rows(publicPosts, [looker?.id ?? 0, page.key, page.limit + 1])
  return sliceOf(
    rows,
    page.limit,
    (post) => post.id,
    (post) => maySeePost(post, looker) && !post.authorMuted,
  )
}
