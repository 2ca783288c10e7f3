import pg from 'pg'
import type { Logger } from 'pino'
import { StartupError } from '../../startup-error.ts'
import { chooseHome, type Home } from './choose-home.ts'
import { initialiseCluster } from './initialise-cluster.ts'
import { keepSeat } from './keep-seat.ts'
import { type Reached, reachServer } from './reach-server.ts'
import { stopPostmaster } from './run-postmaster.ts'
import { databaseUrl } from './server-address.ts'
import { keepLogBounded } from './server-log.ts'
import type { Seat } from './take-seat.ts'

export interface EmbeddedServer {
  /** A postgres:// URL for `pg`: a unix socket or a port of 127.0.0.1 of its own. It stays the same until close(). */
  url: string
  /** False when the server was there already, kept by another Nexus. */
  owned: boolean
  close(): Promise<void>
}

export interface EmbeddedOptions {
  /** Absolute path of NEXUS_DATA_DIR. Made when it is missing, kept between starts. */
  dataDir: string
  /** `start` is alone on its directory; any number of commands may work beside it, or without it. */
  purpose: 'start' | 'command'
  log: Pick<Logger, 'info' | 'warn'>
}

/**
 * Opens the PostgreSQL of a data directory: makes it on the first start, starts it, or joins the one that runs.
 *
 * Each Nexus that uses the server holds a seat in it, and the last one to leave stops it: a command that still works
 * when `nexus start` ends keeps its database, and nobody has to know who started it. Throws StartupError.
 */
export async function openEmbeddedServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  try {
    return await open(options)
  } catch (error) {
    const isOfTheMachine = error instanceof pg.DatabaseError || (error instanceof Error && 'syscall' in error)
    if (!isOfTheMachine) throw error
    throw new StartupError(
      `The embedded PostgreSQL cannot use ${options.dataDir} (${error.message}). Mend that, or set NEXUS_DATA_DIR or DATABASE_URL.`,
    )
  }
}

async function open(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { dataDir, log } = options
  const home = await chooseHome(dataDir, log)
  await initialiseCluster(home)
  const { seat, address, started } = await reachAndTakeOver(home, options)
  try {
    const holder = await claim(seat, options)
    if (holder) throw new StartupError(alreadyRunning(holder, dataDir))
    await seat.ensureDatabase()
  } catch (error) {
    await leave(home, seat)
    throw error
  }

  const kept = keepSeat(seat, log, async (signal) => {
    const again = await reachServer({ ...options, home, signal, port: address.port })
    if (await claim(again.seat, options)) log.warn(`Another Nexus has been started on ${dataDir} meanwhile`)
    return again.seat
  })
  const stopTrimming = keepLogBounded(home)
  let closed: Promise<void> | undefined
  const close = async () => {
    stopTrimming()
    await leave(home, await kept.release())
  }
  return { url: await databaseUrl(home, address, 'nexus'), owned: started, close: () => (closed ??= close()) }
}

/** A server without a Nexus was left by one that was killed. It is started anew: with our settings, our binaries and an open log. */
async function reachAndTakeOver(home: Home, options: EmbeddedOptions): Promise<Reached> {
  const reached = await reachServer({ ...options, home })
  if (reached.started || !(await reached.seat.isAlone())) return reached

  options.log.info('PostgreSQL was still running after a Nexus that had been killed: it is started anew')
  await stopPostmaster(home)
  await reached.seat.end()
  return await reachServer({ ...options, home })
}

async function claim(seat: Seat, { purpose }: EmbeddedOptions): Promise<string | null> {
  return purpose === 'start' ? await seat.claimStart() : null
}

async function leave(home: Home, seat: Seat): Promise<void> {
  if (await seat.isLast()) await stopPostmaster(home)
  await seat.end()
}

function alreadyRunning(holder: string, dataDir: string): string {
  return `Another Nexus (${holder}) is already running on ${dataDir}: stop it first, or give this one a directory of its own with NEXUS_DATA_DIR.`
}
