import { z } from 'zod'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import type { Mailer } from '../../platform/mail/mailer.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { addMailToken } from './mail-tokens.ts'

interface MailContext {
  database: Reader & Writer
  mail: Mailer
}

interface Addressee {
  id: number
  email: string
  username: string
}

const addresseeByEmail = statement<Addressee>(
  'accounts.addressee-by-email',
  'select id, email, username from users where lower(email) = lower($1) and closed_at is null and suspended_at is null',
)
const addresseeToVerify = statement<Addressee>(
  'accounts.addressee-to-verify',
  'select id, email, username from users where id = $1 and closed_at is null and email_verified_at is null',
)

/** Sends a reset token to the address, if somebody has it. Run twice, it sends two mails, and either token works. */
export const sendPasswordReset = defineJob({
  name: 'accounts.send-password-reset',
  input: z.object({ email: z.string() }),
  attemptsMax: 8,
  run: async ({ database, mail }: MailContext, { email }) => {
    const user = await firstRow(database, addresseeByEmail, [email])
    if (!user) return
    const token = await database.transaction((tx) => addMailToken(tx, 'reset-password', user))
    await mail.send({
      to: user.email,
      subject: 'Set a new password',
      text: `Hello ${user.username},\n\nsomebody, we hope you, asked for a new password. Set one with this token; it works once, for an hour:\n\n${token}\n\nIf it was not you, nothing has changed, and nothing needs doing.\n`,
    })
  },
})

/** Sends a token that verifies the address of a new or changed account. */
export const sendVerification = defineJob({
  name: 'accounts.send-verification',
  input: z.object({ userId: z.number().int() }),
  attemptsMax: 8,
  run: async ({ database, mail }: MailContext, { userId }) => {
    const user = await firstRow(database, addresseeToVerify, [userId])
    if (!user) return
    const token = await database.transaction((tx) => addMailToken(tx, 'verify-email', user))
    await mail.send({
      to: user.email,
      subject: 'Verify your address',
      text: `Hello ${user.username},\n\nthis token says that the address is yours; it works once, for two days:\n\n${token}\n`,
    })
  },
})
