import { type Statement, statement } from '../../platform/database/statement.ts'

/** A part of a list whose newest stand first: between two keys, both exclusive, at most `limit` rows from its upper end or from its lower one. */
export interface Span {
  below: number
  above: number
  from: 'upper' | 'lower'
  limit: number
}

/** The rows of a span, newest first. */
export interface SpanRows<Row> {
  rows: Row[]
  /** Where the search ended: what was not looked at lies beyond. Undefined when there was nothing to look at. */
  endKey: number | undefined
  /** Whether the span goes on beyond. */
  more: boolean
}

export type SpanStatements<Row> = Record<Span['from'], Statement<Row>>

/** The two statements of a list that is read from either end. `textOf` is given the word by which both the keys and the rows are ordered. */
export function spanStatements<Row>(name: string, textOf: (order: 'asc' | 'desc') => string): SpanStatements<Row> {
  return { upper: statement(name, textOf('desc')), lower: statement(`${name}-upwards`, textOf('asc')) }
}

/** How often a page that came out short, since some rows may not be seen, is filled up. What is short after that stays so: the keys go on. */
const REFILLS_MAX = 3

interface SpanReader<Row> {
  /** Rows in the order in which they are read: from the end that the span begins at. */
  read(span: Span): Promise<Row[]>
  keyOf(row: Row): number
  maySee(row: Row): boolean
}

/** Reads a span until it is full of rows that may be seen, ends, or enough was tried. */
export async function fillSpan<Row>(span: Span, { read, keyOf, maySee }: SpanReader<Row>): Promise<SpanRows<Row>> {
  const seen: Row[] = []
  let [rest, endKey, more]: [Span, number | undefined, boolean] = [span, undefined, true]
  for (let reads = 0; more && seen.length < span.limit && reads <= REFILLS_MAX; reads += 1) {
    const rows = await read({ ...rest, limit: span.limit + 1 })
    more = rows.length > span.limit
    for (const row of rows.slice(0, span.limit)) {
      if (seen.length === span.limit) {
        more = true
        break
      }
      endKey = keyOf(row)
      if (maySee(row)) seen.push(row)
    }
    if (endKey !== undefined) rest = span.from === 'upper' ? { ...rest, below: endKey } : { ...rest, above: endKey }
  }
  return { rows: span.from === 'upper' ? seen : seen.reverse(), endKey, more }
}
