import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import { refuseInput } from '../../refusals.ts'
import { checkPassword } from './passwords.ts'

const passwordOfUser = statement<{ password: string | null }>(
  'accounts.password-of-user',
  'select password from users where id = $1 and closed_at is null',
)

/** @throws BAD_USER_INPUT naming `field` when it is not the user's password. */
export async function confirmPassword(reader: Reader, userId: number, password: string, field: string): Promise<void> {
  const account = await firstRow(reader, passwordOfUser, [userId])
  if (!(await checkPassword(password, account?.password))) throw refuseInput(field, `${field} is not the current password.`)
}
