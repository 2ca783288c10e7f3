import { isUniqueViolation } from '../../platform/database/failures.ts'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import { accountEmailChanged } from './account-facts.ts'
import { acceptEmail } from './account-rules.ts'
import { confirmPassword, requireSame } from './confirm-password.ts'

const updateEmail = statement<{ id: number }>(
  'accounts.change-email',
  'update users set email = $2, email_verified_at = null where id = $1 and email <> $2 and closed_at is null returning id',
)

/** Sets another address, which is then to be verified anew. The same address changes nothing. @throws BAD_USER_INPUT, CONFLICT */
export async function changeEmail(database: Reader & Writer, userId: number, words: { password: string; email: string }): Promise<void> {
  acceptEmail(words.email)
  const confirmed = await confirmPassword(database, userId, words.password, 'password')
  try {
    await database.transaction(async (tx) => {
      await requireSame(tx, confirmed, 'password')
      const changed = await firstRow(tx, updateEmail, [userId, words.email])
      if (changed) await announce(tx, accountEmailChanged, { userId })
    })
  } catch (error) {
    throw isUniqueViolation(error, 'users_email_key') ? refuse('account.email-taken', { field: 'email' }) : error
  }
}
