import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { type CsvError, type Info, Parser } from 'csv-parse'

/** The longest row that is read, in bytes: twice what the longest post may take. It bounds memory, and how far an open quote reaches. */
const RECORD_BYTES_MAX = 64 * 1024
const CHUNK_BYTES = 256 * 1024
const NEWLINE = 10

export interface CsvDialect {
  delimiter: ',' | '|'
  /** False where a quote is a character like others. */
  quote: '"' | false
}

/** One row of a file. An empty field without quotes is null. A row that cannot be read has a fault, and no fields. */
export interface CsvRecord {
  /** Where it begins; the header stands on line 1. */
  line: number
  fields: (string | null)[]
  fault?: string
}

/**
 * The rows of a file in batches, the header among them. A row whose quotes do not fit, or that is too long, is one with a fault, and
 * reading goes on at the line that follows its first. `onBytes` is told how far reading has come.
 */
export async function* readCsv(file: string, dialect: CsvDialect, onBytes: (bytes: number) => void): AsyncGenerator<CsvRecord[]> {
  let place: Place | undefined = { offset: 0, line: 1 }
  while (place) {
    const broken: Broken | undefined = yield* readFrom(file, dialect, place, onBytes)
    if (!broken) return
    yield [{ line: broken.line, fields: [], fault: broken.fault }]
    const offset = await findNextLine(file, broken.offset)
    place = offset === undefined ? undefined : { offset, line: broken.line + 1 }
  }
}

interface Place {
  offset: number
  line: number
}

interface Broken extends Place {
  fault: string
}

/** Reads until the end, or until a row that cannot be read: then the answer says where that row begins. */
async function* readFrom(
  file: string,
  dialect: CsvDialect,
  start: Place,
  onBytes: (bytes: number) => void,
): AsyncGenerator<CsvRecord[], Broken | undefined> {
  let next = start
  let batch: CsvRecord[] = []
  const parser = openParser(dialect, (fields, bytesSoFar) => {
    if (fields.length > 1 || fields[0] !== null) batch.push(decode(fields, next.line))
    next = { offset: start.offset + bytesSoFar, line: next.line + 1 + countNewlines(fields) }
  })
  const take = () => batch.splice(0)

  for await (const chunk of createReadStream(file, { start: start.offset, highWaterMark: CHUNK_BYTES })) {
    const error = await parser.write(chunk)
    if (batch.length > 0) yield take()
    if (error) return { ...next, fault: FAULTS[error.code] ?? error.message }
    onBytes(next.offset)
  }
  const error = await parser.end()
  if (batch.length > 0) yield take()
  batch = []
  return error && { ...next, fault: FAULTS[error.code] ?? error.message }
}

const FAULTS: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that opens in this row is never closed.',
  CSV_INVALID_CLOSING_QUOTE: 'a quote inside a quoted field must be doubled.',
  INVALID_OPENING_QUOTE: 'a field with a quote in it must be quoted as a whole.',
  CSV_MAX_RECORD_SIZE: `the row is longer than ${RECORD_BYTES_MAX} bytes, or a quote that opens in it is not closed.`,
}

interface PushParser {
  write(chunk: Buffer): Promise<CsvError | undefined>
  end(): Promise<CsvError | undefined>
}

/** The parser hands over each record at once, so that those before an error are not lost with it. */
function openParser(dialect: CsvDialect, onRecord: (fields: (string | null)[], bytesSoFar: number) => void): PushParser {
  const parser = new Parser({
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    // One character a byte: so the bytes can be judged as UTF-8 afterwards, and only where there are any beyond ASCII.
    encoding: 'latin1',
    record_delimiter: ['\n', '\r\n'],
    relax_column_count: true,
    max_record_size: RECORD_BYTES_MAX,
    cast: (field, { quoting }) => (field === '' && !quoting ? null : field),
    on_record: (fields: unknown, info: Info) => {
      onRecord(fields as (string | null)[], info.bytes_records)
      return null
    },
  })
  parser.on('error', () => undefined) // told to whoever writes
  const settle = (act: (done: (error?: Error | null) => void) => void) =>
    new Promise<CsvError | undefined>((resolve) => act((error) => resolve((error ?? undefined) as CsvError | undefined)))
  return { write: (chunk) => settle((done) => parser.write(chunk, done)), end: () => settle((done) => parser.end(done)) }
}

const BYTE_ORDER_MARK = 'ï»¿'
const BEYOND_ASCII = /[\x80-\xff]/

function decode(fields: (string | null)[], line: number): CsvRecord {
  if (line === 1 && fields[0]?.startsWith(BYTE_ORDER_MARK)) fields[0] = fields[0].slice(BYTE_ORDER_MARK.length)
  for (const [index, field] of fields.entries()) {
    if (field === null || !BEYOND_ASCII.test(field)) continue
    const bytes = Buffer.from(field, 'latin1')
    if (!isUtf8(bytes)) return { line, fields: [], fault: `column ${index + 1} is not UTF-8.` }
    fields[index] = bytes.toString('utf8')
  }
  return { line, fields }
}

function countNewlines(fields: readonly (string | null)[]): number {
  return fields.reduce((count, field) => (field?.includes('\n') ? count + field.split('\n').length - 1 : count), 0)
}

/** The offset behind the next end of line, or undefined at the end of the file. */
async function findNextLine(file: string, from: number): Promise<number | undefined> {
  let offset = from
  for await (const chunk of createReadStream(file, { start: from })) {
    const end = (chunk as Buffer).indexOf(NEWLINE)
    if (end >= 0) return offset + end + 1
    offset += chunk.length
  }
  return undefined
}
