import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Home } from './choose-home.ts'
import { type Address, LOOPBACK } from './server-address.ts'

/** What the server writes of itself into its data directory, and leaves there when it is killed. */
export interface PostmasterFile {
  pid: number
  address: Address
  ready: boolean
}

/** Reads data/postmaster.pid. Undefined when there is none, or it is just being written. */
export function readPostmasterFile(home: Home): PostmasterFile | undefined {
  const lines = readLines(join(home.data, 'postmaster.pid'))
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!pid || !port) return undefined

  // The socket's directory is taken from where the data lie now, not from the file: the folder may have been moved meanwhile.
  const address = { host: lines[5]?.trim() ? LOOPBACK : home.cluster, port }
  return { pid, address, ready: lines[7]?.startsWith('ready') ?? false }
}

/**
 * Whether this process is the server of this home. After a kill the number may belong to any program; a server sits in its
 * data directory, and no other program does by chance.
 */
export function isServerOf(home: Home, pid: number): boolean {
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(home.data)
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(home.data)
  } catch {
    return false
  }
}

/**
 * Removes the mark of a killed server whose number another program has now. PostgreSQL itself overlooks the mark of a process that is
 * gone, but takes any living one for a server. Should a server be there after all, its shared memory still keeps a second one out.
 */
export async function forgetStranger(home: Home, { pid }: PostmasterFile): Promise<void> {
  if (!isAlive(pid) || readPostmasterFile(home)?.pid !== pid) return

  for (const mark of await marks(home)) await rm(mark, { force: true })
}

/** Removes marks of a server that was killed, or out of disk, between making the file and writing it: PostgreSQL leaves these to us. */
export async function forgetEmptyMarks(home: Home): Promise<void> {
  for (const mark of await marks(home)) if (statSync(mark, { throwIfNoEntry: false })?.size === 0) await rm(mark, { force: true })
}

async function marks(home: Home): Promise<string[]> {
  const locks = (await readdir(home.cluster)).filter((name) => name.endsWith('.lock'))
  return [join(home.data, 'postmaster.pid'), ...locks.map((name) => join(home.cluster, name))]
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}
