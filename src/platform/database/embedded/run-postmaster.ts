import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartupError } from '../../startup-error.ts'
import type { Home } from './choose-home.ts'
import { isServerOf, readPostmasterFile } from './postmaster-file.ts'
import type { Address } from './server-address.ts'
import { openServerLog, readServerLog } from './server-log.ts'
import { serverSettings } from './server-settings.ts'
import { asUser } from './server-user.ts'

const POLL_MS = 3
const FAST_STOP_MAX_MS = 20_000
const IMMEDIATE_STOP_MAX_MS = 5000
const KILL_MAX_MS = 2000

/** In PostgreSQL's words: another start was quicker, or processes of a killed server have not all ended yet. */
const OTHER_SERVER = /lock file ".*" (already exists|is empty)|pre-existing shared memory block|could not (bind|lock)/

/**
 * Starts a server and waits until it is ready (30 ms), or has recovered from a crash. Answers with its words when another one is in
 * the way, which usually passes; StartupError with the server's own words when it cannot run. It outlives us, and has a session of its own:
 * a Ctrl-C in our terminal must not reach it before we have drained.
 */
export async function startPostmaster(home: Home, address: Address, readyMaxMs: number): Promise<string | undefined> {
  const { fd, offset } = openServerLog(home)
  const settings = serverSettings(address).flatMap((setting) => ['-c', setting])
  const child = spawn(join(home.binaries, 'bin', 'postgres'), ['-D', home.data, ...settings], {
    ...asUser(home.user),
    detached: true,
    stdio: ['ignore', fd, fd],
  })
  closeSync(fd)
  child.unref()
  let failure: Error | undefined
  child.once('error', (error) => {
    failure = error
  })

  for (const deadline = Date.now() + readyMaxMs; Date.now() < deadline; await sleep(POLL_MS)) {
    if (failure) throw new StartupError(`PostgreSQL could not be started: ${failure.message}`)
    const file = readPostmasterFile(home)
    if (file?.pid === child.pid && file?.ready) return undefined
    if (child.exitCode === null && child.signalCode === null) continue

    const words = readServerLog(home, offset)
    if (OTHER_SERVER.test(words)) return words
    throw new StartupError(`PostgreSQL did not start: ${words || 'it said nothing'} (its log is ${home.serverLog})`)
  }
  throw new StartupError(`PostgreSQL was not ready within ${readyMaxMs / 1000} s: look into ${home.serverLog}, and start again.`)
}

/**
 * Stops the server of this home and waits until it is gone: fast (open transactions are rolled back, everything is written),
 * after FAST_STOP_MAX_MS immediately (the next start recovers from the log), at last by force. Nothing is lost in any of them.
 */
export async function stopPostmaster(home: Home): Promise<void> {
  const pid = readPostmasterFile(home)?.pid
  if (!pid) return

  for (const [signal, maxMs] of [
    ['SIGINT', FAST_STOP_MAX_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MAX_MS],
    ['SIGKILL', KILL_MAX_MS],
  ] as const) {
    if (!isServerOf(home, pid)) return
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    for (const deadline = Date.now() + maxMs; Date.now() < deadline && isServerOf(home, pid); ) await sleep(POLL_MS)
  }
}
