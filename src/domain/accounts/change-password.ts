import { statement, type Tx } from '../../platform/database/statement.ts'
import { acceptNewPassword } from './account-rules.ts'
import { confirmPassword, requireSame } from './confirm-password.ts'
import { hashPassword } from './passwords.ts'
import { endSessions, openSession, type SignedIn, signIn } from './sessions.ts'
import type { SignUpContext } from './sign-up.ts'

/**
 * Sets a new password. All sessions end, this one too: whoever knew the old password is out. The answer is a new session.
 * @throws BAD_USER_INPUT for a wrong current password and for a new one that will not do.
 */
export async function changePassword(
  ctx: SignUpContext,
  userId: number,
  words: { currentPassword: string; newPassword: string },
): Promise<SignedIn> {
  acceptNewPassword(words.newPassword, 'newPassword', ctx.production)
  const confirmed = await confirmPassword(ctx.database, userId, words.currentPassword, 'currentPassword')
  const hash = await hashPassword(words.newPassword)
  const opened = await ctx.database.transaction(async (tx) => {
    await requireSame(tx, confirmed, 'currentPassword')
    await setPassword(tx, userId, hash)
    return openSession(tx, userId)
  })
  return signIn(ctx.tokens, opened)
}

const updatePassword = statement<never>('accounts.set-password', 'update users set password = $2 where id = $1 and closed_at is null')
const voidResetTokens = statement<never>(
  'accounts.void-reset-tokens',
  `update mail_tokens set used_at = now() where user_id = $1 and purpose = 'reset-password' and used_at is null`,
)

/** Sets the password's hash, ends all sessions, and makes the reset tokens that are still under way useless. */
export async function setPassword(tx: Tx, userId: number, hash: string): Promise<void> {
  await tx.rows(updatePassword, [userId, hash])
  await tx.rows(voidResetTokens, [userId])
  await endSessions(tx, userId, null)
}
