import { createInterface } from 'node:readline/promises'
import { openForCommand } from '../app.ts'
import { readConfig } from '../config.ts'
import { createAdministrator, promoteToAdministrator } from '../domain/accounts/administrators.ts'
import { migrate } from '../platform/database/migrate.ts'
import type { Database } from '../platform/database/open-database.ts'
import { openLog } from '../platform/observe/open-log.ts'
import { StartupError } from '../platform/startup-error.ts'

/** Creates an account that is an administrator's. */
export async function createAdmin({ username, email }: { username: string; email: string }): Promise<void> {
  const password = readConfig().NEXUS_ADMIN_PASSWORD ?? (await askPassword())
  await withDatabase(async (database, production) => {
    const id = await createAdministrator(database, { username, email, password, production })
    process.stdout.write(`${username} is an administrator, with the id ${id}. Sign in with the mutation login.\n`)
  })
}

/** Makes an existing user an administrator. */
export async function promoteAdmin(username: string): Promise<void> {
  await withDatabase(async (database) => {
    await promoteToAdministrator(database, username)
    process.stdout.write(`${username} is an administrator.\n`)
  })
}

async function withDatabase(work: (database: Database, production: boolean) => Promise<void>): Promise<void> {
  const config = readConfig()
  const { database, close } = await openForCommand(config, openLog('warn'))
  try {
    await migrate(database, config.NEXUS_MIGRATE)
    await work(database, config.production)
  } finally {
    await close()
  }
}

async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY) throw new StartupError('There is no terminal to ask for a password on: set NEXUS_ADMIN_PASSWORD.')
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await asking.question('Password of the new administrator: ')
  } finally {
    asking.close()
  }
}
