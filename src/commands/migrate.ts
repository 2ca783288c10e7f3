import { openForCommand } from '../app.ts'
import { readConfig } from '../config.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openLog } from '../platform/observe/open-log.ts'

/** Applies the migrations that the database lacks, and says which. */
export async function migrateDatabase(): Promise<void> {
  const config = readConfig()
  const { database, close } = await openForCommand(config, openLog('warn'))
  try {
    const applied = await migrate(database, 'auto')
    process.stdout.write(applied.length === 0 ? 'The schema is up to date.\n' : `Applied: ${applied.join(', ')}\n`)
  } finally {
    await close()
  }
}
