import { spawnSync } from 'node:child_process'
import { chownSync } from 'node:fs'
import { StartupError } from '../../startup-error.ts'

/** The OS user that the server runs as when it cannot be ours: PostgreSQL refuses to run as root. */
export interface OsUser {
  uid: number
  gid: number
}

export const SERVER_USER = 'postgres'

const NO_LOGIN = '/usr/sbin/nologin'
const WAYS_TO_ADD_A_USER = [
  ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', NO_LOGIN, SERVER_USER],
  ['adduser', '-S', '-D', '-H', '-s', NO_LOGIN, SERVER_USER],
] as const

/** The OS user `postgres`, added to the machine if it is missing. For root only. */
export function serverUser(): OsUser {
  const found = lookUp()
  if (found) return found

  for (const [command, ...args] of WAYS_TO_ADD_A_USER) {
    spawnSync(command, args)
    const added = lookUp()
    if (added) return added
  }
  throw new StartupError(
    `PostgreSQL does not run as root, and the OS user "${SERVER_USER}" could not be added: add it, start Nexus as an ordinary user, or set DATABASE_URL.`,
  )
}

/** Options for a child process: as this user, with nothing of our environment that could steer PostgreSQL (PGPORT, PGDATA, …). */
export function asUser(user: OsUser | undefined) {
  return { ...(user && { uid: user.uid, gid: user.gid }), cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' } }
}

/** Whether this user can enter a directory, tried by doing it: modes alone do not tell (ACLs, mounts, user namespaces). */
export function canEnter(user: OsUser, directory: string): boolean {
  const run = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], asUser(user))
  if (run.error)
    throw new StartupError(`Nexus runs as root but cannot start programs as another user (${run.error.message}): set DATABASE_URL.`)
  return run.status === 0
}

export function giveTo(user: OsUser | undefined, path: string): void {
  if (user) chownSync(path, user.uid, user.gid)
}

function lookUp(): OsUser | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number.parseInt(spawnSync('id', [flag, SERVER_USER], { encoding: 'utf8' }).stdout ?? '', 10),
  )
  return uid && gid ? { uid, gid } : undefined
}
