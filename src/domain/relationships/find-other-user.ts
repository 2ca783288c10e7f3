import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import { parseUserId } from '../../platform/ids.ts'
import { refuse, refuseInput } from '../../refusals.ts'

const userExists = statement<{ id: number }>('relationships.user-exists', 'select id from users where id = $1 and closed_at is null')

/** The user whom an id names, who must be another than the viewer. @throws BAD_USER_INPUT for oneself, NOT_FOUND */
export async function findOtherUser(reader: Reader, viewerId: number, id: string): Promise<number> {
  const userId = parseUserId(id)
  if (userId === viewerId) throw refuseInput('userId', 'userId must be somebody else.')
  return requireUser(reader, userId)
}

/** As findOtherUser, but oneself will do: the opposites of what cannot be done to oneself do nothing. @throws NOT_FOUND */
export function findUser(reader: Reader, id: string): Promise<number> {
  return requireUser(reader, parseUserId(id))
}

async function requireUser(reader: Reader, userId: number | undefined): Promise<number> {
  const user = userId === undefined ? undefined : await firstRow(reader, userExists, [userId])
  if (!user) throw refuse('user.not-found')
  return user.id
}
