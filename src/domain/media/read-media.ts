import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'

export interface Medium {
  id: number
  name: string
  kind: 'IMAGE' | 'VIDEO'
  width: number
  height: number
  /** A thumbhash, base64. */
  placeholder: string
  blurhash: string
  altText: string | null
}

const COLUMNS = 'm.id, m.name, m.kind, m.width, m.height, m.placeholder, m.blurhash, m.alt_text as "altText"'

const mediaOfPosts = statement<Medium & { postId: number }>(
  'media.of-posts',
  `select ${COLUMNS}, m.post_id as "postId" from media m where m.post_id = any($1::bigint[]) order by m.post_id, m.position`,
)

/** The media of these posts, in their order. Who may see the post may see them. */
export async function readMediaOfPosts(reader: Reader, postIds: readonly number[]): Promise<Map<number, Medium[]>> {
  return Map.groupBy(await reader.rows(mediaOfPosts, [postIds]), ({ postId }) => postId)
}

const ownMedium = statement<Medium>(
  'media.own',
  `select ${COLUMNS} from media m where m.id = $1 and m.owner_id = $2 and m.stored_at is not null`,
)

/** A medium as its owner sees it, in a post or not. Undefined where it is not theirs. */
export function readOwnMedium(reader: Reader, ownerId: number, id: number): Promise<Medium | undefined> {
  return firstRow(reader, ownMedium, [id, ownerId])
}
