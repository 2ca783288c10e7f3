import { statement, type Tx } from '../../platform/database/statement.ts'

const lockPairStatement = statement<never>(
  'relationships.lock-pair',
  'select pg_advisory_xact_lock(least($1::int, $2::int), greatest($1::int, $2::int))',
)

/** Lets one transaction at a time change what is between two users. */
export async function lockPair(tx: Tx, one: number, other: number): Promise<void> {
  await tx.rows(lockPairStatement, [one, other])
}

// Hashed, since locks of one number share their space with everything else that is locked by one.
const lockFollowsStatement = statement<never>(
  'relationships.lock-follows',
  `select pg_advisory_xact_lock(hashtextextended('relationships.follows:' || $1::int, 0))`,
)

/** Lets one transaction at a time add to whom a user follows, so that their number stays within its limit. Taken after the pair's lock. */
export async function lockFollowsOf(tx: Tx, userId: number): Promise<void> {
  await tx.rows(lockFollowsStatement, [userId])
}
