import { deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import { firstRow, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { Tick } from '../../platform/schedules/schedule.ts'

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

const oldKeys = deleteBatch('posts.sweep-keys', {
  from: 'post_keys',
  key: 'ctid',
  where: `created_at < now() - interval '${KEY_HOURS} hours'`,
  rowsMax: 500,
})

/** Forgets the old keys of authors who have not used another since. */
export const sweepKeys = defineJob({
  name: 'posts.sweep-keys',
  input: Tick,
  lane: 'bulk',
  attemptsMax: 5,
  run: ({ database }: { database: Writer }) => runInBatches(database, oldKeys, []),
})
