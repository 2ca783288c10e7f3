import { statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuseInput } from '../../refusals.ts'
import { accountChanged } from './account-facts.ts'
import { takeMailToken } from './mail-tokens.ts'

const markVerified = statement<never>(
  'accounts.mark-verified',
  'update users set email_verified_at = coalesce(email_verified_at, now()) where id = $1',
)

/** Marks the address verified that the token was sent to. Answers whose it is. @throws BAD_USER_INPUT */
export async function verifyEmail(database: Writer, token: string): Promise<number> {
  return database.transaction(async (tx) => {
    const userId = await takeMailToken(tx, 'verify-email', token)
    if (userId === undefined) throw refuseInput('token', 'token is wrong, used or older than two days.')
    await tx.rows(markVerified, [userId])
    await announce(tx, accountChanged, { userId })
    return userId
  })
}
