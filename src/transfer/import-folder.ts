import type { Session } from '../platform/database/copy.ts'
import { isForeignKeyViolation, isUniqueViolation, mayBeRepeated } from '../platform/database/failures.ts'
import type { Database } from '../platform/database/open-database.ts'
import { StartupError } from '../platform/startup-error.ts'
import { Unavailable } from '../platform/unavailable.ts'
import type { FolderFormat, ImportSettings } from './file-format.ts'
import { findFiles, type SourceFolder } from './find-files.ts'
import { ldbcFormat } from './ldbc-format.ts'
import { mergeSteps } from './merge-staged.ts'
import { nexusFormat } from './nexus-format.ts'
import { type RowsReport, reportRows } from './report-rows.ts'
import type { Progress } from './show-progress.ts'
import { createStagingTable, stageRows } from './stage-rows.ts'

export const FORMATS = ['nexus', 'ldbc-snb'] as const
export type FormatName = (typeof FORMATS)[number]

/** Any number, the same in every process: whoever imports holds this advisory lock. */
const IMPORT_LOCK = 7_316_553
const MERGE_ATTEMPTS_MAX = 3
const CONNECTION_CHECK_SECONDS = 2

export interface ImportOptions extends Omit<ImportSettings, 'now'> {
  format: FormatName
  /** Imports nothing at all when a row is bad. */
  strict: boolean
  /** Where the list of bad rows is written, when they are many. */
  reportsDir: string
}

export interface ImportReport extends RowsReport {
  missing: string[]
  unused: string[]
  /** False when a bad row kept a strict import from coming in. */
  imported: boolean
  milliseconds: number
}

/**
 * Imports a folder in one transaction: it comes in as a whole or, when it is interrupted, not at all. What is there already is passed
 * over, and nothing that is there is changed, so that doing it twice is doing it once. Facts are not announced: an import is history,
 * and nobody is notified of it.
 * @throws StartupError for a folder that cannot be one of the format, and when the connection was lost in the middle
 */
export async function importInto(database: Database, folder: string, options: ImportOptions, progress: Progress): Promise<ImportReport> {
  const began = performance.now()
  try {
    const report = await database.session((session) => importOn(session, folder, options, progress))
    return { ...report, milliseconds: performance.now() - began }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    throw new StartupError(`${whyLost(error)} An import comes in as a whole or not at all: run it again.`)
  } finally {
    progress.end()
  }
}

function whyLost(error: Unavailable): string {
  return `The connection to the database was lost (${(error.cause as Error | undefined)?.message ?? error.message}).`
}

async function importOn(session: Session, folder: string, options: ImportOptions, progress: Progress) {
  await begin(session, progress)
  const clock = await session.query('select clock_timestamp() as now')
  const settings = { ...options, now: clock.rows[0].now as Date }
  const layout = options.format === 'nexus' ? nexusFormat(settings) : ldbcFormat(settings)
  const source = await findFiles(folder, layout)
  await stageAll(session, layout, source, progress)
  await mergeAll(session, layout, progress)
  const report = await reportRows(session, layout, source.files, options.reportsDir)
  const imported = report.badCount === 0 || !options.strict
  // What came in may belong to days that were counted.
  if (imported) await session.query('delete from analytics_days')
  // No fan-out delivers what came in: no head of before is one any more. Last, since whoever else wants to raise the epoch waits.
  if (imported) await session.query('select raise_head_epoch()')
  await session.query(imported ? 'commit' : 'rollback')
  if (imported && report.files.some(({ added }) => added !== null && added > 0)) await refreshStatistics(session, progress)
  return { ...report, missing: source.missing, unused: source.unused, imported }
}

async function begin(session: Session, progress: Progress): Promise<void> {
  await session.query('begin')
  // Nothing that a server's settings set for requests may cut an import short; and when we are gone, its work ends within seconds.
  for (const setting of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'])
    await session.query(`set local ${setting} = 0`)
  await session.query(`set local nexus.importing = 'on'`)
  await endWithUs(session)
  const { rows } = await session.query('select pg_try_advisory_xact_lock($1) as ours', [IMPORT_LOCK])
  if (rows[0].ours) return
  progress.step('waiting for another import to end')
  await session.query('select pg_advisory_xact_lock($1)', [IMPORT_LOCK])
}

/** PostgreSQL looks whether we are still there, also amid a long statement. Some systems cannot, and then it ends with the statement. */
async function endWithUs(session: Session): Promise<void> {
  await session.query('savepoint settings')
  await session
    .query(`set local client_connection_check_interval = '${CONNECTION_CHECK_SECONDS}s'`)
    .catch(() => session.query('rollback to savepoint settings'))
}

async function stageAll(session: Session, layout: FolderFormat, source: SourceFolder, progress: Progress): Promise<void> {
  for (const format of [...layout.files, ...layout.resolved]) await createStagingTable(session, format)
  progress.read(source.files.reduce((bytes, file) => bytes + file.bytes, 0))
  let before = 0
  for (const file of source.files) {
    await stageRows(session, file, layout.dialect, (bytes) => progress.readTo(before + bytes, file.format.file))
    before += file.bytes
  }
}

/** Merges what is staged. When a running server was in the way (a row deleted under us, a deadlock), it is undone and done again. */
async function mergeAll(session: Session, layout: FolderFormat, progress: Progress): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await session.query('savepoint merging')
    try {
      for (const step of mergeSteps(layout)) {
        progress.step(step.name)
        await step.run(session)
      }
      return
    } catch (error) {
      const inTheWay = mayBeRepeated(error) || isForeignKeyViolation(error) || isUniqueViolation(error)
      if (attempt >= MERGE_ATTEMPTS_MAX || !inTheWay) throw error
      await session.query('rollback to savepoint merging')
    }
  }
}

const FILLED = `users, follows, blocks, mutes, posts, post_tags, post_edits, comments, likes, comment_likes, shares, reports, imported_ids,
  post_words, user_words`

/** So that the next feed is planned for what is there now, and read from the indexes alone. */
async function refreshStatistics(session: Session, progress: Progress): Promise<void> {
  progress.step('statistics')
  await session.query(`vacuum (analyze) ${FILLED}`)
}
