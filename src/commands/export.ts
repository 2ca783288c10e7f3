import { openForCommand } from '../app.ts'
import { readConfig } from '../config.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openLog } from '../platform/observe/open-log.ts'
import { exportFrom } from '../transfer/export-folder.ts'

/** Exports everything into a folder of CSV files that import reads, as it was at one instant. */
export async function exportFolder(folder: string, { withSecrets }: { withSecrets: boolean }): Promise<void> {
  const config = readConfig()
  const { database, close } = await openForCommand(config, openLog('warn'))
  try {
    await migrate(database, config.NEXUS_MIGRATE)
    const onFile = (file: string) => process.stderr.isTTY && process.stderr.write(`${file}\n`)
    const { files, milliseconds } = await exportFrom(database, folder, { withSecrets, mediaUrl: config.MEDIA_URL, onFile })
    for (const { file, rows } of files) process.stdout.write(`${file.padEnd(18)} ${rows} rows\n`)
    process.stdout.write(`Exported to ${folder} in ${(milliseconds / 1000).toFixed(1)} s.\n`)
  } finally {
    await close()
  }
}
