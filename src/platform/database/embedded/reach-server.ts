import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { StartupError } from '../../startup-error.ts'
import type { Home } from './choose-home.ts'
import { forgetEmptyMarks, forgetStranger, isServerOf, readPostmasterFile } from './postmaster-file.ts'
import { startPostmaster, stopPostmaster } from './run-postmaster.ts'
import { type Address, chooseAddress } from './server-address.ts'
import { type Seat, takeSeat } from './take-seat.ts'

export interface Reached {
  seat: Seat
  address: Address
  /** The server was not running, and we started it. */
  started: boolean
}

interface ReachOptions {
  home: Home
  purpose: string
  log: Pick<Logger, 'info'>
  /** Wanted when the server listens on TCP: the one that it had before. */
  port?: number | undefined
  /** Ends the attempt, with a StartupError. */
  signal?: AbortSignal
}

const POLL_MS = 10
const SILENT_SERVER_MAX_MS = 10_000
const REFUSED_MAX_MS = 10_000
const REFUSED_PAUSE_MS = 50
const SLOW_AFTER_MS = 3000
/** Recovery after a crash reads at most max_wal_size, 1 GB. */
const REACH_MAX_MS = 180_000

/** Takes a seat at the server of this home, starting it when it does not run. StartupError when it cannot run, or not in REACH_MAX_MS. */
export async function reachServer({ home, purpose, log, port, signal }: ReachOptions): Promise<Reached> {
  const begun = Date.now()
  let started = false
  let silentSince: number | undefined
  let refusedSince: number | undefined
  let told = false

  for (; Date.now() - begun < REACH_MAX_MS && !signal?.aborted; await sleep(POLL_MS)) {
    if (!told && Date.now() - begun > SLOW_AFTER_MS) {
      told = true
      log.info('PostgreSQL is still starting or stopping: waiting for it')
    }
    const file = readPostmasterFile(home)
    // Who answers there is asked first: a server in another container has its process number in another count than ours.
    const seat = file ? await takeSeat(home, file.address, purpose) : 'silent'
    if (file && typeof seat !== 'string') return { seat, address: file.address, started }
    if (seat === 'busy') continue

    if (!file || !isServerOf(home, file.pid)) {
      if (file) await forgetStranger(home, file)
      const refusal = await startPostmaster(home, await chooseAddress(home, refusedSince ? undefined : port), REACH_MAX_MS)
      started = refusal === undefined
      if (started) continue
      refusedSince ??= Date.now()
      if (Date.now() - refusedSince > REFUSED_MAX_MS)
        throw new StartupError(`PostgreSQL did not start: ${refusal} (its log is ${home.serverLog})`)
      await sleep(REFUSED_PAUSE_MS)
      await forgetEmptyMarks(home)
      continue
    }

    if (seat === 'stranger') {
      throw new StartupError(`The PostgreSQL of ${home.directory} does not know the password in ${home.password}: put the right one there.`)
    }
    silentSince ??= Date.now()
    if (file.ready && Date.now() - silentSince > SILENT_SERVER_MAX_MS) await stopPostmaster(home)
  }
  throw new StartupError(
    `The PostgreSQL of ${home.directory} did not get ready within ${REACH_MAX_MS / 1000} s: look into ${home.serverLog}.`,
  )
}
