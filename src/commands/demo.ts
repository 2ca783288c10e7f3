import { openMediaForCommand } from '../app.ts'
import { readConfig } from '../config.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openLog } from '../platform/observe/open-log.ts'
import { StartupError } from '../platform/startup-error.ts'
import { fillDemo } from '../transfer/demo/fill-demo.ts'
import { showProgress } from '../transfer/show-progress.ts'

/** Known to whoever reads this: a demo is for a first look. */
const DEMO_PASSWORD = 'tea-at-four'

/** Fills a small world to look around in, beside a running server or without it. */
export async function demo(): Promise<void> {
  const config = readConfig()
  if (config.production) throw new StartupError('NODE_ENV is production: a demo, whose password everybody knows, has no place there.')
  const { database, media, close } = await openMediaForCommand(config, openLog('warn'))
  try {
    await migrate(database, config.NEXUS_MIGRATE)
    const ctx = { ...media, database, publicUrl: config.PUBLIC_URL, reportsDir: `${config.NEXUS_DATA_DIR}/imports` }
    const people = await fillDemo(ctx, DEMO_PASSWORD, showProgress(process.stderr))
    process.stdout.write(
      people.length === 0
        ? 'The people of the demo are there already, or somebody bears the name of one: nothing was done.\n'
        : `${people.length} people live there now. Sign in as ${people[0]}, or another of them, with the password ${DEMO_PASSWORD}:\n${people.join(', ')}\n`,
    )
  } finally {
    await close()
  }
}
