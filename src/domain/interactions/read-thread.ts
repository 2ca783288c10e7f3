import { type Reader, statement } from '../../platform/database/statement.ts'
import { type Looker, maySeeUnderPost } from '../visibility/visibility-rules.ts'
import { COMMENT_COLUMNS, type Comment, isBeingDeleted } from './read-comments.ts'

const DESCENDANTS_MAX = 1000
const ANCESTORS_MAX = 100

const commentsUnderPost = statement<Comment>(
  'interactions.thread-of-post',
  `select ${COMMENT_COLUMNS} from comments c join users a on a.id = c.author_id
   where c.post_id = $1 and not ${isBeingDeleted('c')} order by c.id limit ${DESCENDANTS_MAX}`,
)
const repliesUnderComment = statement<Comment>(
  'interactions.thread-of-comment',
  `with recursive thread as (
     (select id from comments where parent_id = $1 order by id limit ${DESCENDANTS_MAX})
     union all
     select r.id from thread t cross join lateral (select id from comments where parent_id = t.id offset 0) r
   ), found as (select id from thread limit ${DESCENDANTS_MAX})
   select ${COMMENT_COLUMNS} from found f join comments c on c.id = f.id join users a on a.id = c.author_id
   where not ${isBeingDeleted('c')} order by c.id`,
)
const commentsAbove = statement<Comment>(
  'interactions.ancestors-of-comment',
  `with recursive above as (
     select parent_id as id, 1 as steps from comments where id = $1
     union all select c.parent_id, steps + 1 from above join comments c on c.id = above.id where steps < ${ANCESTORS_MAX}
   )
   select ${COMMENT_COLUMNS} from above join comments c on c.id = above.id join users a on a.id = c.author_id order by c.id`,
)

/**
 * What the looker may see of the comments below a post, or below one of its comments, each followed by its replies; at most 1,000, those of
 * the top and the oldest first. The post is known to be visible.
 */
export async function readThread(
  reader: Reader,
  under: { postId: number } | { commentId: number },
  looker: Looker | undefined,
): Promise<Comment[]> {
  const [asked, id] = 'postId' in under ? [commentsUnderPost, under.postId] : [repliesUnderComment, under.commentId]
  const comments = await reader.rows(asked, [id, looker?.id ?? 0])
  return inOrderOfReading(comments).filter((comment) => maySeeUnderPost(comment, looker))
}

/** The comments above one, the highest first. */
export async function readCommentsAbove(reader: Reader, commentId: number, looker: Looker | undefined): Promise<Comment[]> {
  return (await reader.rows(commentsAbove, [commentId, looker?.id ?? 0])).filter((comment) => maySeeUnderPost(comment, looker))
}

/** Depth first. A comment whose parent is not among these stands at the top. */
function inOrderOfReading(comments: readonly Comment[]): Comment[] {
  const ids = new Set(comments.map(({ id }) => id))
  const below = Map.groupBy(comments, ({ parentId }) => (parentId !== null && ids.has(parentId) ? parentId : null))
  const ordered: Comment[] = []
  const waiting = [...(below.get(null) ?? [])].reverse()
  for (let comment = waiting.pop(); comment; comment = waiting.pop()) {
    ordered.push(comment)
    waiting.push(...[...(below.get(comment.id) ?? [])].reverse())
  }
  return ordered
}
