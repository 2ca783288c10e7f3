import { type Reader, statement, type Tx } from '../../platform/database/statement.ts'
import { findEntities } from '../input/find-entities.ts'
import { normaliseTag } from '../input/tag-rules.ts'

/** A tag of a post: the form that it is compared by, and as it was written first. */
export interface PostTag {
  tag: string
  written: string
}

/** The tags of a content, in their order, each once. */
export function tagsOf(content: string): PostTag[] {
  const tags = new Map<string, string>()
  for (const { kind, value } of findEntities(content)) {
    if (kind !== 'tag') continue
    const tag = normaliseTag(value)
    if (!tags.has(tag)) tags.set(tag, value)
  }
  return [...tags].map(([tag, written]) => ({ tag, written }))
}

const insertTags = statement<never>(
  'posts.add-tags',
  `insert into post_tags (post_id, tag, written) select * from unnest($1::bigint[], $2::text[], $3::text[])
   on conflict (post_id, tag) do update set written = excluded.written where post_tags.written <> excluded.written`,
)

/** Stores the tags of posts that have none yet. */
export async function addTags(tx: Reader, posts: readonly { id: number; content: string }[]): Promise<void> {
  const rows = posts.flatMap(({ id, content }) => tagsOf(content).map((tag) => ({ id, ...tag })))
  if (rows.length === 0) return
  await tx.rows(insertTags, [rows.map(({ id }) => id), rows.map(({ tag }) => tag), rows.map(({ written }) => written)])
}

const deleteOtherTags = statement<never>('posts.delete-other-tags', 'delete from post_tags where post_id = $1 and tag <> all($2::text[])')

/** Stores the tags of a post whose content was changed. */
export async function replaceTags(tx: Tx, post: { id: number; content: string }): Promise<void> {
  await tx.rows(deleteOtherTags, [post.id, tagsOf(post.content).map(({ tag }) => tag)])
  await addTags(tx, [post])
}
