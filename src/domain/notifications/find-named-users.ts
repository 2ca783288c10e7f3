import { type Reader, statement } from '../../platform/database/statement.ts'
import { findEntities } from '../input/find-entities.ts'

/** So many people are told that a text names them: the first. */
export const NAMED_MAX = 20

const usersOfNames = statement<{ id: number; name: string }>(
  'notifications.users-of-names',
  'select id, lower(username) as name from users where lower(username) = any($1::text[]) and closed_at is null',
)

/** Whom a text names, without regard to case. */
export async function findNamedUsers(reader: Reader, text: string): Promise<number[]> {
  const names = findEntities(text).flatMap(({ kind, value }) => (kind === 'mention' ? [value.toLowerCase()] : []))
  const first = [...new Set(names)].slice(0, NAMED_MAX)
  if (first.length === 0) return []
  const users = await reader.rows(usersOfNames, [first])
  return first.flatMap((name) => users.find((user) => user.name === name)?.id ?? [])
}
