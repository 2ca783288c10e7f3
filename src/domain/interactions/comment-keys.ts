import { deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import { firstRow, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { Tick } from '../../platform/schedules/schedule.ts'

const KEY_HOURS = 24

const lockKeyStatement = statement<never>(
  'interactions.lock-comment-key',
  `select pg_advisory_xact_lock(hashtextextended('interactions.comment-key:' || $1::int || ':' || $2, 0))`,
)
const commentOfKeyStatement = statement<{ commentId: number | null }>(
  'interactions.comment-of-key',
  `select comment_id as "commentId" from comment_keys
   where author_id = $1 and key = $2 and created_at > now() - make_interval(hours => ${KEY_HOURS})`,
)

/** What was written under this key within a day, once equal requests under way are through; `commentId` is null when it was deleted since. */
export async function commentOfKey(tx: Tx, authorId: number, key: string): Promise<{ commentId: number | null } | undefined> {
  await tx.rows(lockKeyStatement, [authorId, key])
  return firstRow(tx, commentOfKeyStatement, [authorId, key])
}

const rememberKey = statement<never>(
  'interactions.remember-comment-key',
  `insert into comment_keys (author_id, key, comment_id) values ($1, $2, $3)
   on conflict (author_id, key) do update set comment_id = excluded.comment_id, created_at = excluded.created_at`,
)

/** Remembers a key for a day. */
export async function rememberCommentKey(tx: Tx, authorId: number, key: string, commentId: number): Promise<void> {
  await tx.rows(rememberKey, [authorId, key, commentId])
}

const oldKeys = deleteBatch('interactions.sweep-comment-keys', {
  from: 'comment_keys',
  key: 'ctid',
  where: `created_at < now() - interval '${KEY_HOURS} hours'`,
  rowsMax: 500,
})

/** Forgets the keys of comments that are older than a day. */
export const sweepCommentKeys = defineJob({
  name: 'interactions.sweep-comment-keys',
  input: Tick,
  lane: 'bulk',
  attemptsMax: 5,
  run: ({ database }: { database: Writer }) => runInBatches(database, oldKeys, []),
})
