import { type Reader, statement } from '../../platform/database/statement.ts'

export interface PostCounts {
  postId: number
  likes: number
  comments: number
  shares: number
}

const countsOfPosts = statement<PostCounts>(
  'interactions.counts-of-posts',
  `select post_id as "postId", sum(likes)::int as likes, sum(comments)::int as comments, sum(shares)::int as shares
   from post_counts where post_id = any($1::bigint[]) group by post_id`,
)

/** Exact counts of everyone's, whoever looks; replies are comments too. */
export function readPostCounts(reader: Reader, postIds: readonly number[]): Promise<PostCounts[]> {
  return reader.rows(countsOfPosts, [postIds])
}

export interface CommentCounts {
  commentId: number
  likes: number
  replies: number
}

const countsOfComments = statement<CommentCounts>(
  'interactions.counts-of-comments',
  `select comment_id as "commentId", sum(likes)::int as likes, sum(replies)::int as replies
   from comment_counts where comment_id = any($1::bigint[]) group by comment_id`,
)

export function readCommentCounts(reader: Reader, commentIds: readonly number[]): Promise<CommentCounts[]> {
  return reader.rows(countsOfComments, [commentIds])
}
