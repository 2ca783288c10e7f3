import { statement, type Tx } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import { accountRestored, accountSuspended } from './account-facts.ts'
import { endSessions } from './sessions.ts'

interface Standing {
  id: number
  isAdmin: boolean
  isSuspended: boolean
}

// With the account all administrators at work, in the order of their ids: of two who suspend each other at once, one is the last.
const lockStanding = statement<Standing>(
  'accounts.lock-standing',
  `select id, role = 'admin' as "isAdmin", suspended_at is not null as "isSuspended" from users
   where closed_at is null and (id = $1 or (role = 'admin' and suspended_at is null)) order by id for no key update`,
)
const markSuspended = statement<never>(
  'accounts.mark-suspended',
  'update users set suspended_at = case when $2::boolean then clock_timestamp() end where id = $1',
)

/**
 * Suspends an account: its sessions end, nobody signs in to it, and what it wrote and did is seen by nobody. `moderatorId` is null for who does it
 * at the command line. Answers false when it is suspended already. @throws NOT_FOUND; FORBIDDEN for oneself and for the last administrator
 */
export async function suspendAccount(tx: Tx, userId: number, moderatorId: number | null): Promise<boolean> {
  if (userId === moderatorId) throw refuse('moderation.self')
  const standings = await tx.rows(lockStanding, [userId])
  const account = standings.find(({ id }) => id === userId)
  if (!account) throw refuse('user.not-found')
  if (account.isSuspended) return false
  if (account.isAdmin && standings.length === 1) throw refuse('moderation.last-admin')
  await tx.rows(markSuspended, [userId, true])
  await endSessions(tx, userId, null)
  await announce(tx, accountSuspended, { userId, moderatorId })
  return true
}

/** Ends a suspension: all that the account wrote is there again, at once, and it may sign in. Answers false when there is none. @throws NOT_FOUND */
export async function restoreAccount(tx: Tx, userId: number, moderatorId: number | null): Promise<boolean> {
  const account = (await tx.rows(lockStanding, [userId])).find(({ id }) => id === userId)
  if (!account) throw refuse('user.not-found')
  if (!account.isSuspended) return false
  await tx.rows(markSuspended, [userId, false])
  await announce(tx, accountRestored, { userId, moderatorId })
  return true
}
