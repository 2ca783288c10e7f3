import { statement, type Tx } from '../../platform/database/statement.ts'

const lockThingStatement = statement<never>(
  'notifications.lock-thing',
  `select pg_advisory_xact_lock(hashtextextended('notifications:' || $1::text || ':' || $2::bigint, 0))`,
)

/**
 * Lets one job at a time look at the truth about a post (with its comments), or about who follows a user, and settle what follows from it.
 * What is read after it was taken is at least as new as the fact that woke the job, and so is what any later job reads.
 */
export async function lockThing(tx: Tx, thing: 'post' | 'follows-of', id: number): Promise<void> {
  await tx.rows(lockThingStatement, [thing, id])
}
