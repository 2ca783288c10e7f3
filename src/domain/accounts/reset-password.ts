import type { Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuseInput } from '../../refusals.ts'
import { passwordResetRequested } from './account-facts.ts'
import { acceptEmail, acceptNewPassword } from './account-rules.ts'
import { setPassword } from './change-password.ts'
import { takeMailToken } from './mail-tokens.ts'
import { hashPassword } from './passwords.ts'
import { openSession, type SignedIn, signIn } from './sessions.ts'
import type { SignUpContext } from './sign-up.ts'

/** Asks for a mail with a reset token. The same for known and unknown addresses; a job looks the address up. @throws BAD_USER_INPUT */
export async function requestPasswordReset(database: Writer, email: string): Promise<void> {
  acceptEmail(email)
  await database.transaction((tx) => announce(tx, passwordResetRequested, { email }))
}

/** Sets a new password by a token from the mail, ends all sessions of the user and opens a new one. @throws BAD_USER_INPUT */
export async function resetPassword(ctx: SignUpContext, words: { token: string; newPassword: string }): Promise<SignedIn> {
  acceptNewPassword(words.newPassword, 'newPassword', ctx.production)
  const hash = await hashPassword(words.newPassword)
  const opened = await ctx.database.transaction(async (tx) => {
    const userId = await takeMailToken(tx, 'reset-password', words.token)
    if (userId === undefined) throw refuseInput('token', 'token is wrong, used or older than an hour.')
    await setPassword(tx, userId, hash)
    return openSession(tx, userId)
  })
  return signIn(ctx.tokens, opened)
}
