import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import { authorFactsColumns } from '../visibility/author-facts-columns.ts'
import { type AuthorFacts, type Looker, maySeeWhatTheyDid } from '../visibility/visibility-rules.ts'

/** A share; `authorId` is who shared. */
export interface Share extends AuthorFacts {
  id: number
  postId: number
  message: string | null
}

const shareById = statement<Share>(
  'interactions.share-by-id',
  `select s.id, s.post_id as "postId", s.message, ${authorFactsColumns('a', '$2')} from shares s join users a on a.id = s.user_id where s.id = $1`,
)

/** The share of an id; the caller asks whether its post may be seen. Undefined where it is not there or may not be seen itself. */
export async function findShare(reader: Reader, id: number, looker: Looker | undefined): Promise<Share | undefined> {
  const share = await firstRow(reader, shareById, [id, looker?.id ?? 0])
  return share && (share.authorId === looker?.id || maySeeWhatTheyDid(share)) ? share : undefined
}

const shareOfPost = statement<{ id: number }>('interactions.share-of', 'select id from shares where user_id = $1 and post_id = $2')

/** The id of a user's share of a post. */
export async function findShareOf(reader: Reader, userId: number, postId: number): Promise<number | undefined> {
  return (await firstRow(reader, shareOfPost, [userId, postId]))?.id
}
