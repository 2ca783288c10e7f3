import { firstRow, statement, type Tx } from '../../platform/database/statement.ts'

const KEY_HOURS = 24

const lockKeyStatement = statement<never>(
  'posts.lock-key',
  `select pg_advisory_xact_lock(hashtextextended('posts.key:' || $1::int || ':' || $2, 0))`,
)
const postOfKeyStatement = statement<{ postId: number | null }>(
  'posts.post-of-key',
  `select post_id as "postId" from post_keys where author_id = $1 and key = $2 and created_at > now() - make_interval(hours => $3)`,
)
const rememberKeyStatement = statement<never>(
  'posts.remember-key',
  `insert into post_keys (author_id, key, post_id) values ($1, $2, $3)
   on conflict (author_id, key) do update set post_id = excluded.post_id, created_at = excluded.created_at`,
)
const forgetOldKeys = statement<never>(
  'posts.forget-old-keys',
  'delete from post_keys where author_id = $1 and created_at < now() - make_interval(hours => $2)',
)

/** Lets one of several equal requests go first. */
export async function lockKey(tx: Tx, authorId: number, key: string): Promise<void> {
  await tx.rows(lockKeyStatement, [authorId, key])
}

/** What was published under this key within a day; `postId` is null when it was deleted since. */
export function postOfKey(tx: Tx, authorId: number, key: string): Promise<{ postId: number | null } | undefined> {
  return firstRow(tx, postOfKeyStatement, [authorId, key, KEY_HOURS])
}

/** Remembers a key for a day, and forgets the author's older ones. */
export async function rememberKey(tx: Tx, authorId: number, key: string, postId: number): Promise<void> {
  await tx.rows(rememberKeyStatement, [authorId, key, postId])
  await tx.rows(forgetOldKeys, [authorId, KEY_HOURS])
}
