import { type Reader, type Statement, statement } from '../../platform/database/statement.ts'
import { NOBODY } from '../accounts/nobody.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'
import { authorFactsColumns } from '../visibility/author-facts-columns.ts'
import { type AuthorFacts, type Looker, maySeeUnderPost } from '../visibility/visibility-rules.ts'

/** A comment with the facts by which its visibility is decided. Its time of creation is in its id. */
export interface Comment extends AuthorFacts {
  id: number
  postId: number
  parentId: number | null
  text: string
  editedAt: Date | null
  hidden: boolean
}

/** The columns of Comment, for statements that have the comment as `c`, its author as `a` and the looker as $2. */
export const COMMENT_COLUMNS = `c.id, c.post_id as "postId", c.parent_id as "parentId", c.text, c.edited_at as "editedAt", c.hidden_at is not null as hidden,
  ${authorFactsColumns('a', '$2')}`

/**
 * Whether a comment's thread is being deleted, for a statement that has the comment as `comment`: it is nobody's at its top meanwhile. Hardly
 * ever is there such a thread, so only under its post does anybody look upwards.
 */
export function isBeingDeleted(comment: string): string {
  return `(
     exists (select from comments where author_id = ${NOBODY} and post_id = ${comment}.post_id)
     and exists (
       with recursive above as (
         select ${comment}.author_id, ${comment}.parent_id
         union all select p.author_id, p.parent_id from above join comments p on p.id = above.parent_id
       ) select from above where author_id = ${NOBODY})
   )`
}

const commentsByIds = statement<Comment>(
  'interactions.comments-by-ids',
  `select ${COMMENT_COLUMNS} from comments c join users a on a.id = c.author_id where c.id = any($1::bigint[]) and not ${isBeingDeleted('c')}`,
)

/** The comments of these ids, visible or not: the caller asks the rule. What is being deleted is not there any more. */
export function readComments(reader: Reader, ids: readonly number[], looker: Looker | undefined): Promise<Comment[]> {
  return reader.rows(commentsByIds, [ids, looker?.id ?? 0])
}

/** `comments` are the top-level ones of posts, `replies` those directly below comments. */
export type CommentList = 'comments' | 'replies'

const LISTS: Record<CommentList, Statement<Comment>> = {
  comments: listStatement('interactions.comments-of-posts', 'c.post_id = o.id and c.parent_id is null'),
  replies: listStatement('interactions.replies-of-comments', 'c.parent_id = o.id'),
}

function listStatement(name: string, belongs: string): Statement<Comment> {
  return statement(
    name,
    `select r.* from unnest($1::bigint[]) as o (id) cross join lateral (
       select ${COMMENT_COLUMNS} from comments c join users a on a.id = c.author_id
       where ${belongs} and c.id > $3 order by c.id limit $4
     ) r order by r.id`,
  )
}

/** One page of comments for each owner, oldest first; the owner itself is known to be visible. @throws BAD_USER_INPUT */
export async function readCommentsOf(
  reader: Reader,
  list: CommentList,
  ownerIds: readonly number[],
  args: PageArgs,
  looker: Looker | undefined,
): Promise<Map<number, Slice<Comment>>> {
  const page = acceptPage(list, 'oldest-first', args)
  const rows = await reader.rows(LISTS[list], [ownerIds, looker?.id ?? 0, page.key, page.limit + 1])
  const byOwner = Map.groupBy(rows, (comment) => (list === 'comments' ? comment.postId : comment.parentId))
  const maySee = (comment: Comment) => maySeeUnderPost(comment, looker)
  return new Map(ownerIds.map((id) => [id, sliceOf(byOwner.get(id) ?? [], page.limit, (comment) => comment.id, maySee)]))
}
