import type { Reader } from '../../platform/database/statement.ts'
import { fillSpan, type Span, type SpanRows, spanStatements } from '../input/span-rules.ts'
import { acceptTag } from '../input/tag-rules.ts'
import { type Looker, maySeePost } from '../visibility/visibility-rules.ts'
import { type Post, postColumns } from './read-posts.ts'

type PublicPost = Post & { authorMuted: boolean }

const publicPosts = spanStatements<PublicPost>(
  'posts.public-span',
  (order) => `select ${postColumns('$1')}, exists (select from mutes where muter_id = $1 and muted_id = p.author_id) as "authorMuted"
   from posts p join users a on a.id = p.author_id
   where p.visibility = 'PUBLIC' and p.hidden_at is null and p.id < $2 and p.id > $3
   order by p.id ${order} limit $4`,
)
const publicPostsWithMedia = spanStatements<PublicPost>(
  'posts.public-media-span',
  (order) => `select ${postColumns('$1')}, exists (select from mutes where muter_id = $1 and muted_id = p.author_id) as "authorMuted"
   from posts p join users a on a.id = p.author_id
   where p.visibility = 'PUBLIC' and p.hidden_at is null and p.media_url is not null and p.id < $2 and p.id > $3
   order by p.id ${order} limit $4`,
)

/** A part of everybody's public posts, without those of whom the looker muted. */
export function readPublicSpan(reader: Reader, span: Span, looker: Looker | undefined, onlyMedia: boolean): Promise<SpanRows<PublicPost>> {
  const statements = onlyMedia ? publicPostsWithMedia : publicPosts
  return fillSpan(span, {
    read: ({ below, above, from, limit }) => reader.rows(statements[from], [looker?.id ?? 0, below, above, limit]),
    keyOf: (post) => post.id,
    maySee: (post) => maySeePost(post, looker) && !post.authorMuted,
  })
}

const taggedPosts = spanStatements<Post>(
  'posts.tagged-span',
  (order) => `select ${postColumns('$2')} from post_tags t join posts p on p.id = t.post_id join users a on a.id = p.author_id
   where t.tag = $1 and t.post_id < $3 and t.post_id > $4
     and (p.visibility = 'PUBLIC' or p.author_id = $2
       or (select true from follows where follower_id = $2 and following_id = p.author_id limit 1) is not null)
   order by t.post_id ${order} limit $5`,
)

/** A part of the posts with a tag that the looker may see. @throws BAD_USER_INPUT */
export function readTaggedSpan(
  reader: Reader,
  tag: string,
  span: Span,
  looker: Looker | undefined,
  onlyMedia: boolean,
): Promise<SpanRows<Post>> {
  const normalised = acceptTag(tag)
  return fillSpan(span, {
    read: ({ below, above, from, limit }) => reader.rows(taggedPosts[from], [normalised, looker?.id ?? 0, below, above, limit]),
    keyOf: (post) => post.id,
    maySee: (post) => maySeePost(post, looker) && (!onlyMedia || post.mediaUrl !== null),
  })
}
