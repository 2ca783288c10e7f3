import { type CopyRow, copyRows, type Session } from '../platform/database/copy.ts'
import { type CsvDialect, readCsv } from './csv-records.ts'
import { type FileFormat, sentenceOf, stagedColumns } from './file-format.ts'
import type { SourceFile } from './find-files.ts'

/**
 * Makes the table in which a file's rows wait to be merged. Each row has the line that it stands on, a `fault` when it is bad, and
 * `there` when the database has it already. The table is the transaction's alone, and goes with it.
 */
export async function createStagingTable(session: Session, format: FileFormat): Promise<void> {
  const columns = stagedColumns(format).map(({ name, type }) => `${name} ${type}`)
  await session.query(
    `create temp table ${format.table} (line int not null, fault text, there boolean not null default false, ${columns.join(', ')}) on commit drop`,
  )
}

/** Sends a file's rows into its staging table, each judged by itself on the way: a bad one goes as its line and fault alone. */
export async function stageRows(
  session: Session,
  source: SourceFile,
  dialect: CsvDialect,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { table } = source.format
  const names = stagedColumns(source.format).map((column) => column.name)
  await copyRows(session, table, ['line', 'fault', ...names], judgeRows(source, dialect, onBytes, names.length))
  await session.query(`analyze ${table}`)
}

async function* judgeRows(
  source: SourceFile,
  dialect: CsvDialect,
  onBytes: (bytes: number) => void,
  width: number,
): AsyncGenerator<CopyRow[]> {
  const bad = (line: number, fault: string): CopyRow => [line, fault, ...Array<null>(width).fill(null)]
  for await (const records of readCsv(source.path, dialect, onBytes)) {
    const rows: CopyRow[] = []
    for (const { line, fields, fault } of records) {
      if (line === 1) continue
      if (fault !== undefined) {
        rows.push(bad(line, fault))
        continue
      }
      try {
        rows.push([line, null, ...source.readRow(fields)])
      } catch (error) {
        rows.push(bad(line, sentenceOf(error)))
      }
    }
    yield rows
  }
}
