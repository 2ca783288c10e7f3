import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartupError } from '../../startup-error.ts'
import type { Home } from './choose-home.ts'
import { inOneLine } from './server-log.ts'
import { asUser, giveTo } from './server-user.ts'

const INITDB_LINES_SHOWN = 3

/**
 * Makes the cluster of a home when it has none (0.6 s). It is made under another name and appears by one rename, with its password:
 * a first start that is killed leaves a draft that nobody looks at, and of two first starts at once the slower one throws its own away.
 */
export async function initialiseCluster(home: Home): Promise<void> {
  if (!existsSync(home.cluster)) await makeCluster(home)
  await refuseOtherMajor(home)

  for (const name of await readdir(home.directory)) {
    if (name.startsWith('cluster.new-')) await rm(join(home.directory, name), { recursive: true, force: true })
  }
}

async function makeCluster(home: Home): Promise<void> {
  const draft = await mkdtemp(`${home.cluster}.new-`)
  try {
    const password = join(draft, 'password')
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true })
    giveTo(home.user, draft)
    giveTo(home.user, password)
    await runInitdb(home, join(draft, 'data'), password)
    await sync(draft)
    await rename(draft, home.cluster)
    await sync(home.directory)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(home.cluster)) throw error
  }
}

/** C.UTF-8 of PostgreSQL itself: sorts by code point, knows the case of all of Unicode, and never changes with the machine's libc. */
async function runInitdb(home: Home, data: string, password: string): Promise<void> {
  const locale = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const login = ['--username=nexus', '--auth=scram-sha-256', `--pwfile=${password}`]
  const args = [`--pgdata=${data}`, ...locale, ...login, '--no-instructions']

  const child = spawn(join(home.binaries, 'bin', 'initdb'), args, { ...asUser(home.user), stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code === 0) return

  const words = inOneLine(complaints.trim().split('\n').slice(0, INITDB_LINES_SHOWN))
  throw new StartupError(`PostgreSQL could not make its database in ${home.directory}: ${words || `initdb ended with ${code}`}`)
}

async function refuseOtherMajor(home: Home): Promise<void> {
  const made = (await readFile(join(home.data, 'PG_VERSION'), 'utf8')).trim()
  if (made === home.major) return

  throw new StartupError(
    `The database in ${home.directory} was made by PostgreSQL ${made}, and this Nexus brings ${home.major}: ` +
      'write it out with "nexus export DIR" of the Nexus that made it, set the directory aside, and read it in with "nexus import DIR" of this one.',
  )
}

async function sync(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  await handle.sync()
  await handle.close()
}
