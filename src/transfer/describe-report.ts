import type { ImportReport } from './import-folder.ts'

/** What a person reads after an import: the bad rows, each by file and line, and a table of what became of all. */
export function describeReport(report: ImportReport): { problems: string; summary: string } {
  return { problems: lines(problemsOf(report)), summary: lines(summaryOf(report)) }
}

function problemsOf({ badRows, badCount, badRowsFile }: ImportReport): string[] {
  const shown = badRows.map(({ file, line, sentence }) => `${file}:${line}: ${sentence}`)
  const more = badCount - badRows.length
  return more > 0 ? [...shown, `and ${more} more: all of them are in ${badRowsFile}`] : shown
}

function summaryOf({ files, missing, unused, badCount, imported, milliseconds }: ImportReport): string[] {
  const cell = (value: number | null) => (value === null ? '' : String(value))
  const table = [
    ['file', 'rows', 'added', 'already there', 'bad'],
    ...files.map(({ file, rows, added, there, bad }) => [file, ...[rows, imported || added === null ? added : 0, there, bad].map(cell)]),
  ]
  const seconds = `${(milliseconds / 1000).toFixed(1)} s`
  const left = badCount === 1 ? '1 row is bad and was left out' : `${badCount} rows are bad and were left out`
  return [
    ...alignColumns(table),
    ...(missing.length > 0 ? [`Not in the folder: ${missing.join(', ')}.`] : []),
    ...(unused.length > 0 ? [`Of no use here: ${unused.join(', ')}.`] : []),
    imported
      ? `Imported in ${seconds}${badCount > 0 ? `; ${left}` : ''}.`
      : `Nothing was imported: ${badCount === 1 ? '1 row is' : `${badCount} rows are`} bad, and the import was to be strict.`,
  ]
}

function alignColumns(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  return table.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  )
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}
