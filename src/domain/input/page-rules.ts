import { NEWEST, parseId } from '../../platform/ids.ts'
import { refuseInput } from '../../refusals.ts'

export const PAGE_SIZE_MAX = 100

export interface PageArgs {
  first: number
  after?: string | null | undefined
}

/** What a list is read by: `limit` rows at most, those beyond `key` (below it in newest-first lists, above it in oldest-first ones). */
export interface Page {
  limit: number
  key: number
  /** Whether it began at a cursor. */
  continued: boolean
}

export type ListOrder = 'newest-first' | 'oldest-first'

/** @throws BAD_USER_INPUT for `first` outside of 1..100 and for a cursor of another list. */
export function acceptPage(list: string, order: ListOrder, { first, after }: PageArgs): Page {
  const limit = acceptFirst(first)
  const continued = after !== undefined && after !== null
  const start = order === 'newest-first' ? NEWEST : 0
  return { limit, key: continued ? readCursor(list, after) : start, continued }
}

/** @throws BAD_USER_INPUT outside of 1..100. */
export function acceptFirst(first: number): number {
  if (first < 1 || first > PAGE_SIZE_MAX) throw refuseInput('first', `first must be 1 to ${PAGE_SIZE_MAX}.`)
  return first
}

/** A cursor is the key itself, with the list's name, opaque outside. */
export function makeCursor(list: string, key: number): string {
  return Buffer.from(`${list}:${key}`).toString('base64url')
}

function readCursor(list: string, cursor: string): number {
  const [name, key, ...rest] = Buffer.from(cursor, 'base64url').toString().split(':')
  const id = name === list && key !== undefined && rest.length === 0 ? parseId(key) : undefined
  if (id === undefined) throw refuseInput('after', 'after is not a cursor of this list.')
  return id
}

/** What a list answers: the rows that may be seen, and where the search ended, which is where the next page goes on. */
export interface Slice<Row> {
  rows: Row[]
  hasNextPage: boolean
  endKey: number | undefined
}

/**
 * Cuts a page out of `limit + 1` rows read. Rows that may not be seen are left out after the cut, so that a page can be shorter
 * than asked, and the next one goes on behind what was left out.
 */
export function sliceOf<Row>(
  read: Row[],
  limit: number,
  keyOf: (row: Row) => number,
  maySee: (row: Row) => boolean = () => true,
): Slice<Row> {
  const cut = read.slice(0, limit)
  const last = cut.at(-1)
  return { rows: cut.filter(maySee), hasNextPage: read.length > limit, endKey: last === undefined ? undefined : keyOf(last) }
}
