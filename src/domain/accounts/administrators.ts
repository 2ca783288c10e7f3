import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { refuse } from '../../refusals.ts'
import { acceptEmail, acceptNewPassword, acceptUsername } from './account-rules.ts'
import { hashPassword } from './passwords.ts'
import { insertAccount } from './sign-up.ts'

/** Creates an administrator's account. Answers its id. @throws BAD_USER_INPUT, CONFLICT */
export async function createAdministrator(
  database: Writer,
  words: { username: string; email: string; password: string; production: boolean },
): Promise<number> {
  acceptUsername(words.username)
  acceptEmail(words.email)
  acceptNewPassword(words.password, 'password', words.production)
  const passwordHash = await hashPassword(words.password)
  return database.transaction((tx) => insertAccount(tx, { username: words.username, email: words.email, passwordHash, role: 'admin' }))
}

const administrators = statement<{ id: number; username: string; isSuspended: boolean }>(
  'accounts.administrators',
  `select id, username, suspended_at is not null as "isSuspended" from users where role = 'admin' and closed_at is null order by id limit $1`,
)
const ADMINISTRATORS_MAX = 1000

/** The administrators, the first to sign up first. */
export function readAdministrators(reader: Reader): Promise<{ id: number; username: string; isSuspended: boolean }[]> {
  return reader.rows(administrators, [ADMINISTRATORS_MAX])
}

const promote = statement<{ id: number }>(
  'accounts.promote',
  `update users set role = 'admin' where lower(username) = lower($1) and closed_at is null returning id`,
)

/** Makes a user an administrator. @throws NOT_FOUND */
export async function promoteToAdministrator(database: Writer, username: string): Promise<void> {
  const user = await database.transaction((tx) => firstRow(tx, promote, [username]))
  if (!user) throw refuse('user.not-found')
}
