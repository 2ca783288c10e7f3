import { createInterface } from 'node:readline/promises'
import { openForCommand } from '../app.ts'
import { readConfig } from '../config.ts'
import { createAdministrator, promoteToAdministrator, readAdministrators } from '../domain/accounts/administrators.ts'
import { readUserByUsername } from '../domain/accounts/read-users.ts'
import { restoreUser, suspendUser } from '../domain/moderation/suspend-user.ts'
import { migrate } from '../platform/database/migrate.ts'
import type { Database } from '../platform/database/open-database.ts'
import { openLog } from '../platform/observe/open-log.ts'
import { StartupError } from '../platform/startup-error.ts'
import { refuse } from '../refusals.ts'

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

/** Prints the administrators, the first to sign up first. */
export async function listAdmins(): Promise<void> {
  await withDatabase(async (database) => {
    for (const { id, username, isSuspended } of await readAdministrators(database))
      process.stdout.write(`${id}  ${username}${isSuspended ? '  suspended' : ''}\n`)
  })
}

/** Suspends a user, as an administrator does; the last administrator cannot be. */
export async function suspendAtCommand(username: string, reason: string): Promise<void> {
  await withDatabase(async (database) => {
    await suspendUser(database, null, await findId(database, username), reason)
    process.stdout.write(`${username} is suspended.\n`)
  })
}

/** Ends a suspension. */
export async function restoreAtCommand(username: string, reason: string): Promise<void> {
  await withDatabase(async (database) => {
    await restoreUser(database, null, await findId(database, username), reason)
    process.stdout.write(`${username} is suspended no more.\n`)
  })
}

async function findId(database: Database, username: string): Promise<string> {
  const user = await readUserByUsername(database, username)
  if (!user) throw refuse('user.not-found')
  return String(user.id)
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
