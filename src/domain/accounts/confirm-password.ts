import { firstRow, type Reader, statement, type Tx } from '../../platform/database/statement.ts'
import { refuseInput } from '../../refusals.ts'
import { checkPassword } from './passwords.ts'

const passwordOfUser = statement<{ password: string | null }>(
  'accounts.password-of-user',
  'select password from users where id = $1 and closed_at is null',
)

/** A password that was found right. Checking it takes a while, in which it may have been changed. */
export interface ConfirmedPassword {
  userId: number
  /** The hash that it was checked by. */
  hash: string
}

/** @throws BAD_USER_INPUT naming `field` when it is not the user's password. */
export async function confirmPassword(reader: Reader, userId: number, password: string, field: string): Promise<ConfirmedPassword> {
  const hash = (await firstRow(reader, passwordOfUser, [userId]))?.password
  if (!(await checkPassword(password, hash)) || !hash) throw wrongPassword(field)
  return { userId, hash }
}

// The lock is the one that setting a password takes: whoever sets one does so before, and is seen, or after us.
const lockPassword = statement<{ id: number }>(
  'accounts.lock-password',
  'select id from users where id = $1 and password = $2 and closed_at is null and suspended_at is null for no key update',
)

/** Whether a confirmed password is the user's still, and stays it until the transaction ends. */
export async function stillStands(tx: Tx, { userId, hash }: ConfirmedPassword): Promise<boolean> {
  return (await firstRow(tx, lockPassword, [userId, hash])) !== undefined
}

/** As stillStands. @throws BAD_USER_INPUT naming `field` when it was changed since. */
export async function requireSame(tx: Tx, confirmed: ConfirmedPassword, field: string): Promise<void> {
  if (!(await stillStands(tx, confirmed))) throw wrongPassword(field)
}

function wrongPassword(field: string): Error {
  return refuseInput(field, `${field} is not the current password.`)
}
