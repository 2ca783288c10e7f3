import { createHash } from 'node:crypto'
import { refuseInput } from '../../refusals.ts'

/** A cursor of a search: the numbers that say where it is, with the list's name and a mark of the query. */
export function makeSearchCursor(list: string, query: string, numbers: readonly number[]): string {
  return Buffer.from([list, markOf(query), ...numbers].join(':')).toString('base64url')
}

/** Ids, and perhaps a score behind them: the database is asked by them as they are. @throws BAD_USER_INPUT for a cursor of another list or query */
export function readSearchCursor(list: string, query: string, cursor: string, parts: readonly ('id' | 'score')[]): number[] {
  const [name, mark, ...rest] = Buffer.from(cursor, 'base64url').toString().split(':')
  const numbers = rest.map((text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN))
  const fits =
    name === list &&
    mark === markOf(query) &&
    numbers.length === parts.length &&
    numbers.every((each, index) => (parts[index] === 'id' ? Number.isSafeInteger(each) && each >= 0 : Number.isFinite(each)))
  if (!fits) throw refuseInput('after', 'after is not a cursor of this search.')
  return numbers
}

function markOf(query: string): string {
  return createHash('sha256').update(query).digest('base64url').slice(0, 8)
}
