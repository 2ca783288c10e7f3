import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { accountClosed } from './account-facts.ts'
import { confirmPassword, requireSame } from './confirm-password.ts'
import { endSessions } from './sessions.ts'

const markClosed = statement<{ id: number }>(
  'accounts.close',
  `update users set closed_at = now(), password = null, email = 'closed@' || id, display_name = null, bio = '', profile_picture = null,
     email_verified_at = null, role = 'user'
   where id = $1 and closed_at is null returning id`,
)

/**
 * Closes the viewer's account: from now on every read treats them as gone, their sessions end, and their name and address are free.
 * Jobs of each room then delete what was theirs. @throws BAD_USER_INPUT for a wrong password
 */
export async function closeAccount(database: Reader & Writer, userId: number, password: string): Promise<void> {
  const confirmed = await confirmPassword(database, userId, password, 'password')
  await database.transaction(async (tx) => {
    await requireSame(tx, confirmed, 'password')
    const closed = await firstRow(tx, markClosed, [userId])
    if (!closed) return
    await endSessions(tx, userId, null)
    await announce(tx, accountClosed, { userId })
  })
}
