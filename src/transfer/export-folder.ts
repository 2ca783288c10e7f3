import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { copyOut, type Session } from '../platform/database/copy.ts'
import type { Database } from '../platform/database/open-database.ts'
import { makeFolder } from '../platform/make-folder.ts'
import { StartupError } from '../platform/startup-error.ts'
import { Unavailable } from '../platform/unavailable.ts'
import { type ExportSettings, exportedTables } from './exported-tables.ts'

export interface ExportReport {
  files: { file: string; rows: number }[]
  milliseconds: number
}

/**
 * Writes everything that people wrote, as it was at one instant, into a folder that import reads. Accounts that were closed, and what
 * hangs on them, are left out; password hashes are written when asked. A file gets its name when all are whole.
 * @throws StartupError for a folder that is not empty or cannot be written
 */
export async function exportFrom(
  database: Database,
  folder: string,
  { onFile, ...settings }: ExportSettings & { onFile: (file: string) => void },
): Promise<ExportReport> {
  const began = performance.now()
  await requireEmptyFolder(folder)
  const files: ExportReport['files'] = []
  try {
    await database.session(async (session) => {
      await beginSnapshot(session)
      for (const { file, query } of exportedTables(settings)) {
        onFile(file)
        files.push({ file, rows: await copyOut(session, query, partOf(folder, file)) })
      }
      await session.query('commit')
    })
    for (const { file } of files) await rename(partOf(folder, file), join(folder, file))
  } catch (error) {
    for (const { file } of exportedTables(settings)) await rm(partOf(folder, file), { force: true })
    throw explainEnd(error, folder)
  }
  return { files, milliseconds: performance.now() - began }
}

function explainEnd(error: unknown, folder: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (syscall === 'write' || syscall === 'open') return new StartupError(`${folder} cannot be written (${code}).`)
  return error instanceof Unavailable ? new StartupError('The connection to the database was lost: export again.') : error
}

function partOf(folder: string, file: string): string {
  return join(folder, `${file}.part`)
}

async function requireEmptyFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder, 0o700)
    if ((await readdir(folder)).length === 0) return
  } catch (error) {
    throw new StartupError(`${folder} cannot be made or read as a folder (${(error as NodeJS.ErrnoException).code}).`)
  }
  throw new StartupError(`${folder} is not empty: export writes into an empty folder, or one that is not there yet.`)
}

async function beginSnapshot(session: Session): Promise<void> {
  await session.query('begin isolation level repeatable read read only')
  for (const setting of ['statement_timeout', 'idle_in_transaction_session_timeout']) await session.query(`set local ${setting} = 0`)
}
