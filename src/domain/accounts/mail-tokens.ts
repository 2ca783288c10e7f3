import { firstRow, statement, type Tx } from '../../platform/database/statement.ts'
import { hashSecretToken, makeSecretToken } from './secret-tokens.ts'

export type MailPurpose = 'reset-password' | 'verify-email'

/** How long a token that went by mail works. */
const TOKEN_HOURS: Record<MailPurpose, number> = { 'reset-password': 1, 'verify-email': 48 }

const insertMailToken = statement<never>(
  'accounts.add-mail-token',
  `insert into mail_tokens (hash, user_id, purpose, email, expires_at) values ($1, $2, $3, $4, now() + make_interval(hours => $5))`,
)

/** Makes a token for the address of a user, of which only the hash is kept. */
export async function addMailToken(tx: Tx, purpose: MailPurpose, user: { id: number; email: string }): Promise<string> {
  const token = makeSecretToken()
  await tx.rows(insertMailToken, [hashSecretToken(token), user.id, purpose, user.email, TOKEN_HOURS[purpose]])
  return token
}

const useMailToken = statement<{ userId: number }>(
  'accounts.use-mail-token',
  `update mail_tokens t set used_at = now() from users u
   where t.hash = $1 and t.purpose = $2 and t.used_at is null and t.expires_at > now()
     and u.id = t.user_id and u.email = t.email and u.closed_at is null and u.suspended_at is null
   returning t.user_id as "userId"`,
)

/** Takes a token, once: answers whose it was, or undefined when it is wrong, used, old, or of an address that was changed since. */
export async function takeMailToken(tx: Tx, purpose: MailPurpose, token: string): Promise<number | undefined> {
  return (await firstRow(tx, useMailToken, [hashSecretToken(token), purpose]))?.userId
}
