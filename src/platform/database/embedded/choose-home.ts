import { createHash } from 'node:crypto'
import { existsSync, lstatSync, statSync } from 'node:fs'
import { chmod, realpath, rm, rmdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { makeFolder } from '../../make-folder.ts'
import { StartupError } from '../../startup-error.ts'
import { copyBinaries } from './copy-binaries.ts'
import { findBinaries, tryBinaries } from './find-binaries.ts'
import { canEnter, type OsUser, SERVER_USER, serverUser } from './server-user.ts'

/** Where PostgreSQL and its data lie, and as whom it runs. */
export interface Home {
  /** <data directory>/postgres, or what that is a link to. Ours; it holds the cluster, the server's log and copies of the binaries. */
  directory: string
  /** The server's, closed to all others; it holds data/, the password and the socket, and is there whole or not at all. */
  cluster: string
  data: string
  password: string
  serverLog: string
  /** Set when we are root. */
  user: OsUser | undefined
  /** Folder of the binaries that this user can run. */
  binaries: string
  /** Major version of the binaries. */
  major: string
}

const FAR_HOMES = '/var/lib/nexus'

/** Finds, or prepares, a home that the server's user can reach. StartupError where there can be none. */
export async function chooseHome(dataDir: string, log: Pick<Logger, 'info'>): Promise<Home> {
  const packaged = findBinaries()
  const { directory, user } = process.getuid?.() === 0 ? await chooseAsRoot(dataDir, log) : await chooseAsOrdinaryUser(dataDir)
  const cluster = join(directory, 'cluster')
  const places = {
    directory,
    cluster,
    data: join(cluster, 'data'),
    password: join(cluster, 'password'),
    serverLog: join(directory, 'server.log'),
  }

  const inPlace = tryBinaries(packaged.folder, user)
  if ('major' in inPlace) return { ...places, user, binaries: packaged.folder, major: inPlace.major }

  const copy = join(directory, `binaries-${packaged.name}`)
  for (const attempt of ['as it is', 'made again'] as const) {
    if (attempt === 'made again' || !existsSync(copy)) {
      log.info(`PostgreSQL cannot be run from where npm put it: a copy (60 MB) goes to ${copy}`)
      await rm(copy, { recursive: true, force: true })
      await copyBinaries(packaged, copy)
    }
    const copied = tryBinaries(copy, user)
    if ('major' in copied) return { ...places, user, binaries: copy, major: copied.major }
  }
  throw new StartupError(`The embedded PostgreSQL does not run on this machine (${inPlace.complaint}): set DATABASE_URL.`)
}

async function chooseAsOrdinaryUser(dataDir: string): Promise<Pick<Home, 'directory' | 'user'>> {
  const near = join(dataDir, 'postgres')
  await makeFolder(near)
  const directory = await realpath(near)
  const owner = ownerOf(join(directory, 'cluster'))
  if (owner && owner.uid !== process.getuid?.()) {
    throw new StartupError(
      `The database in ${directory} belongs to another user (uid ${owner.uid}): start Nexus as that user or as root, or set NEXUS_DATA_DIR to a directory of your own.`,
    )
  }
  return { directory, user: undefined }
}

async function chooseAsRoot(dataDir: string, log: Pick<Logger, 'info'>): Promise<{ directory: string; user: OsUser }> {
  const made = await makeFolder(dataDir)
  if (made) await chmod(dataDir, 0o711) // Whatever our umask: others may pass through, and cannot look around.
  const near = join(await realpath(dataDir), 'postgres')
  const far = join(FAR_HOMES, createHash('sha256').update(near).digest('hex').slice(0, 16))

  // Once chosen, a home stays: data must not seem gone because somebody opened or closed a folder, or removed the link.
  const chosen = isLink(near)
    ? await realpath(near).catch(() => far)
    : !existsSync(join(near, 'cluster')) && existsSync(join(far, 'cluster'))
      ? far
      : near
  const user = ownerOf(join(chosen, 'cluster')) ?? serverUser()
  if (user.uid === 0) {
    throw new StartupError(
      `The database in ${chosen} belongs to root, as whom PostgreSQL does not run: "chown -R ${SERVER_USER} ${chosen}/cluster".`,
    )
  }

  await makePassable(chosen)
  if (canEnter(user, chosen)) {
    if (chosen !== near) {
      log.info(`The database of ${near} lies in ${chosen}, where an earlier start put it`)
      await linkTo(chosen, near)
    }
    return { directory: chosen, user }
  }
  if (existsSync(join(chosen, 'cluster'))) {
    throw new StartupError(
      `The OS user that PostgreSQL runs as (uid ${user.uid}) cannot enter ${chosen} any more: open the folders above it ("chmod o+x").`,
    )
  }

  await makePassable(far)
  if (!canEnter(user, far))
    throw new StartupError(
      `The OS user "${SERVER_USER}" can enter neither ${chosen} nor ${far}: set NEXUS_DATA_DIR to a folder that it can enter.`,
    )
  log.info(`The OS user "${SERVER_USER}" cannot enter ${near}, so the database lies in ${far}`)
  await linkTo(far, near)
  return { directory: far, user }
}

async function makePassable(directory: string): Promise<void> {
  const made = await makeFolder(directory)
  if (made) await chmod(made, 0o711)
  await chmod(directory, 0o711)
}

async function linkTo(far: string, near: string): Promise<void> {
  if (isLink(near)) return

  await rmdir(near).catch(() => {})
  await symlink(far, near).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function ownerOf(path: string): OsUser | undefined {
  return statSync(path, { throwIfNoEntry: false })
}
