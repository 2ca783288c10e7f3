import type { Writer } from '../../platform/database/statement.ts'
import { parseUserId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { restoreAccount, suspendAccount } from '../accounts/suspend-account.ts'
import { closeReports } from './decide-reports.ts'
import { logAct } from './moderation-log.ts'
import { acceptReason, NO_THING } from './moderation-rules.ts'

/**
 * Suspends a user and resolves what was reported of them: their sessions end, and what they wrote and did is seen by nobody. `moderatorId` is null
 * at the command line. Answers the user's id. @throws BAD_USER_INPUT, NOT_FOUND; FORBIDDEN for oneself and for the last administrator
 */
export async function suspendUser(database: Writer, moderatorId: number | null, id: string, reason: string): Promise<number> {
  return change(database, moderatorId, 'suspend', id, reason)
}

/** Ends a suspension: everything stands again where it stood. Answers the user's id. @throws BAD_USER_INPUT, NOT_FOUND */
export async function restoreUser(database: Writer, moderatorId: number | null, id: string, reason: string): Promise<number> {
  return change(database, moderatorId, 'restore', id, reason)
}

const VERBS = { suspend: suspendAccount, restore: restoreAccount }

// What changes nothing is not logged.
async function change(database: Writer, moderatorId: number | null, action: 'suspend' | 'restore', id: string, reason: string) {
  acceptReason(reason)
  const userId = parseUserId(id)
  if (userId === undefined) throw refuse('user.not-found')
  const thing = { ...NO_THING, userId }
  await database.transaction(async (tx) => {
    if (!(await VERBS[action](tx, userId, moderatorId))) return
    const reportCount = action === 'suspend' ? await closeReports(tx, thing, 'resolved') : 0
    await logAct(tx, { moderatorId, action, thing, reason, reportCount })
  })
  return userId
}
