import { type Reader, statement } from '../../../platform/database/statement.ts'
import { instantOfId } from '../../../platform/ids.ts'
import type { PostCounts } from '../../interactions/read-counts.ts'
import { POST_ROW_COLUMNS, type Post } from '../../posts/read-posts.ts'
import type { ActedEntry } from '../home-feed-entries.ts'

/** A post with its counts, as everybody's feed needs it. */
export interface PostRow extends Omit<Post, 'authorSuspended' | 'authorClosed' | 'viewerFollowsAuthor' | 'blockedEitherWay'> {
  counts: PostCounts
  /** The instant in its id, as clients are given it: it is asked for again and again. */
  createdAt: string
  /** What was made of it for a feed. */
  entry?: ActedEntry
}

type Row = Omit<PostRow, 'counts' | 'createdAt' | 'entry'> & Omit<PostCounts, 'postId'>

const postRows = statement<Row>(
  'feeds.post-rows',
  `select ${POST_ROW_COLUMNS}, p.author_id as "authorId", coalesce(c.likes, 0)::int as likes,
     coalesce(c.comments, 0)::int as comments, coalesce(c.shares, 0)::int as shares
   from posts p left join lateral (
     select sum(likes) as likes, sum(comments) as comments, sum(shares) as shares from post_counts where post_id = p.id
   ) c on true where p.id = any($1::bigint[])`,
)

export async function readPostRows(reader: Reader, ids: readonly number[]): Promise<PostRow[]> {
  const rows = await reader.rows(postRows, [ids])
  return rows.map(({ likes, comments, shares, ...post }) => ({
    ...post,
    counts: { postId: post.id, likes, comments, shares },
    createdAt: instantOfId(post.id).toISOString(),
  }))
}

export interface ShareRow {
  id: number
  postId: number
  userId: number
  message: string | null
}

const shareRows = statement<ShareRow>(
  'feeds.share-rows',
  'select id, post_id as "postId", user_id as "userId", message from shares where id = any($1::bigint[])',
)

export function readShareRows(reader: Reader, ids: readonly number[]): Promise<ShareRow[]> {
  return reader.rows(shareRows, [ids])
}
