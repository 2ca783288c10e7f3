import { Refusal, refuseInput } from '../refusals.ts'
import type { CsvDialect } from './csv-records.ts'

/** A field as the file has it: null where it is empty and not quoted. */
export type Field = string | null

/** One column of a file, and how it is judged. */
export interface Column {
  /** The name in the staging table, and in the file's header unless that has another. */
  name: string
  header?: string
  /** A column that is unused is not staged. */
  type: 'int' | 'bigint' | 'text' | 'timestamptz' | 'visibility' | 'unused'
  /** A column that may be missing in the file is then empty in every row. */
  required: boolean
  /** Answers what is staged. @throws BAD_USER_INPUT with a sentence for the person who has the file */
  read(field: Field): Field
}

/** One file of a format: `table` is where its rows are staged. */
export interface FileFormat {
  file: string
  table: string
  columns: readonly Column[]
  /** What holds across columns, asked when each of them is right. @throws BAD_USER_INPUT */
  judge?(row: Readonly<Record<string, Field>>): void
}

/** A folder's layout. */
export interface FolderFormat {
  name: string
  dialect: CsvDialect
  /** True where the columns are told by their place alone: then the header must be exactly this one. */
  fixedHeaders: boolean
  files: readonly FileFormat[]
  /** Files that belong to the layout and hold nothing for Nexus. */
  unused?: RegExp
  /** Tables that are filled from the staged files, in the shape that merging expects. */
  resolved: readonly FileFormat[]
}

/** What the judging of a row needs to know of its surroundings. */
export interface ImportSettings {
  /** The database's clock when the import began: nothing may be later. */
  now: Date
  withSecrets: boolean
  /** Where Nexus is reached, without a slash at the end. */
  publicUrl: string
}

/**
 * Answers how a file with this header is read: a row's fields in, what is staged of it out, in the order of the format's columns.
 * @throws BAD_USER_INPUT for a header that does not fit
 */
export function openRowReader(format: FileFormat, header: readonly Field[], fixed: boolean): (fields: readonly Field[]) => Field[] {
  if (fixed) requireExactHeader(format, header)
  else requireKnownHeader(format, header)
  const places = new Map(format.columns.map((column, index) => [column, fixed ? index : header.indexOf(column.name)]))
  const columns = stagedColumns(format)
  return (fields) => {
    if (fields.length !== header.length) throw refuseInput('row', `the row has ${fields.length} columns, and the header ${header.length}.`)
    const values = columns.map((column) => column.read(fields[places.get(column) ?? -1] ?? null))
    format.judge?.(Object.fromEntries(columns.map((column, index) => [column.name, values[index] ?? null])))
    return values
  }
}

export function stagedColumns(format: FileFormat): Column[] {
  return format.columns.filter((column) => column.type !== 'unused')
}

function requireKnownHeader(format: FileFormat, header: readonly Field[]): void {
  const names = format.columns.map((column) => column.name)
  const unknown = header.find((name, index) => name === null || !names.includes(name) || header.indexOf(name) !== index)
  if (unknown !== undefined) {
    const known = `Its columns are ${names.join(', ')}`
    throw refuseInput('header', `its header has a column ${JSON.stringify(unknown ?? '')} that is not known or stands twice. ${known}.`)
  }
  const missing = format.columns.filter((column) => column.required && !header.includes(column.name)).map((column) => column.name)
  if (missing.length > 0) throw refuseInput('header', `its header lacks ${missing.join(', ')}.`)
}

function requireExactHeader(format: FileFormat, header: readonly Field[]): void {
  const expected = format.columns.map((column) => column.header ?? column.name).join('|')
  if (header.join('|') !== expected) throw refuseInput('header', `its header must be ${expected}`)
}

/** The sentence of a refusal. Anything else is a fault of ours, and thrown on. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Refusal) return error.message
  throw error
}
