import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StartupError } from '../platform/startup-error.ts'
import { type CsvRecord, readCsv } from './csv-records.ts'
import { type FileFormat, type FolderFormat, openRowReader, sentenceOf } from './file-format.ts'

export interface SourceFile {
  format: FileFormat
  path: string
  bytes: number
  /** Judges a row's fields, and answers what is staged of them. @throws BAD_USER_INPUT */
  readRow: ReturnType<typeof openRowReader>
}

export interface SourceFolder {
  files: SourceFile[]
  /** Files of the layout that are not in the folder. */
  missing: string[]
  /** Files in the folder that the layout knows and Nexus has no use for. */
  unused: string[]
}

/**
 * Looks through a folder before anything is read of it: which files are there, and whether their headers fit.
 * @throws StartupError for a folder that is not there or has none of the files, a CSV file of another name, and a header that does not fit
 */
export async function findFiles(folder: string, layout: FolderFormat): Promise<SourceFolder> {
  const names = await listFolder(folder)
  const known = new Map(layout.files.map((format) => [format.file, format]))
  const isUnused = (name: string) => !known.has(name) && layout.unused?.test(name) === true
  const stranger = names.find((name) => /\.csv$/i.test(name) && !known.has(name) && !isUnused(name))
  if (stranger !== undefined) {
    throw new StartupError(
      `${JSON.stringify(stranger)} is not a file of the format ${layout.name}. Its files are ${[...known.keys()].join(', ')}.`,
    )
  }
  const files = await Promise.all(
    layout.files.filter(({ file }) => names.includes(file)).map((format) => openSource(folder, layout, format)),
  )
  if (files.length === 0) throw new StartupError(`${folder} has no file of the format ${layout.name}: ${[...known.keys()].join(', ')}.`)
  return { files, missing: [...known.keys()].filter((file) => !names.includes(file)), unused: names.filter(isUnused).sort() }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    throw new StartupError(`${folder} cannot be read as a folder (${(error as NodeJS.ErrnoException).code}).`)
  }
}

async function openSource(folder: string, layout: FolderFormat, format: FileFormat): Promise<SourceFile> {
  const path = join(folder, format.file)
  const header = await readHeader(path, layout).catch((error: NodeJS.ErrnoException) => {
    throw error.code === undefined ? error : new StartupError(`${path} cannot be read (${error.code}).`)
  })
  if (header?.line !== 1) throw new StartupError(`${format.file}: its first line must be a header.`)
  if (header.fault !== undefined) throw new StartupError(`${format.file}: its header cannot be read: ${header.fault}`)
  try {
    const { size } = await stat(path)
    return { format, path, bytes: size, readRow: openRowReader(format, header.fields, layout.fixedHeaders) }
  } catch (error) {
    throw new StartupError(`${format.file}: ${sentenceOf(error)}`)
  }
}

async function readHeader(path: string, layout: FolderFormat): Promise<CsvRecord | undefined> {
  for await (const [first] of readCsv(path, layout.dialect, () => undefined)) return first
  return undefined
}
