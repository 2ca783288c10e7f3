import { join } from 'node:path'
import { openForCommand } from '../app.ts'
import { type Config, readConfig } from '../config.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openLog } from '../platform/observe/open-log.ts'
import { StartupError } from '../platform/startup-error.ts'
import { describeReport } from '../transfer/describe-report.ts'
import { FORMATS, type FormatName, type ImportReport, importInto } from '../transfer/import-folder.ts'
import { showProgress } from '../transfer/show-progress.ts'

/** Imports a folder of CSV files, and says what became of its rows. The exit code is 1 when one of them was bad. */
export async function importFolder(
  folder: string,
  { format, strict, withSecrets }: { format: string; strict: boolean; withSecrets: boolean },
): Promise<void> {
  if (!isFormat(format)) throw new StartupError(`${JSON.stringify(format)} is not a format. Formats are ${FORMATS.join(', ')}.`)
  const report = await importWith(readConfig(), folder, { format, strict, withSecrets })
  const { problems, summary } = describeReport(report)
  process.stderr.write(problems)
  process.stdout.write(summary)
  if (report.badCount > 0) process.exitCode = 1
}

function isFormat(format: string): format is FormatName {
  return (FORMATS as readonly string[]).includes(format)
}

async function importWith(
  config: Config,
  folder: string,
  options: { format: FormatName; strict: boolean; withSecrets: boolean },
): Promise<ImportReport> {
  const { database, close } = await openForCommand(config, openLog('warn'))
  try {
    await migrate(database, config.NEXUS_MIGRATE)
    const reportsDir = join(config.NEXUS_DATA_DIR, 'imports')
    return await importInto(database, folder, { ...options, publicUrl: config.PUBLIC_URL, reportsDir }, showProgress(process.stderr))
  } finally {
    await close()
  }
}
