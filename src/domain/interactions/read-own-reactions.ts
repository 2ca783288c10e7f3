import { type Reader, type Statement, statement } from '../../platform/database/statement.ts'

export type OwnReaction = 'liked-posts' | 'shared-posts' | 'liked-comments'

const STATEMENTS: Record<OwnReaction, Statement<{ id: number }>> = {
  'liked-posts': statement(
    'interactions.liked-posts',
    'select post_id as id from likes where user_id = $1 and post_id = any($2::bigint[])',
  ),
  'shared-posts': statement(
    'interactions.shared-posts',
    'select post_id as id from shares where user_id = $1 and post_id = any($2::bigint[])',
  ),
  'liked-comments': statement(
    'interactions.liked-comments',
    'select comment_id as id from comment_likes where user_id = $1 and comment_id = any($2::bigint[])',
  ),
}

/** Which of these the viewer has liked or shared. */
export async function readOwnReactions(
  reader: Reader,
  reaction: OwnReaction,
  viewerId: number,
  ids: readonly number[],
): Promise<Set<number>> {
  const rows = await reader.rows(STATEMENTS[reaction], [viewerId, ids])
  return new Set(rows.map((row) => row.id))
}
