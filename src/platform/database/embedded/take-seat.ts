import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Home } from './choose-home.ts'
import { isAlive } from './postmaster-file.ts'
import { type Address, databaseUrl } from './server-address.ts'

/**
 * A place among those who use the server: advisory locks of one connection. PostgreSQL ends them with the process that holds them,
 * however it ends, so that there is no lock file to go stale, and no process number to be mistaken.
 */
export interface Seat {
  /** Null when the place of `nexus start` is ours now, else who has it: "process 1234". */
  claimStart(): Promise<string | null>
  /** Whether nobody else has a seat. When true, nobody can sit down until end(): the server may be stopped. */
  isAlone(): Promise<boolean>
  /** Gives up our seat first, and then says the same: of two that leave at once, one hears that it is the last. */
  isLast(): Promise<boolean>
  /** Makes the database `nexus` when it is missing. */
  ensureDatabase(): Promise<void>
  end(): Promise<void>
  /** Resolves when the server has ended the connection, not when we have. */
  lost: Promise<void>
}

/** `silent`: nobody answers there. `busy`: a server does, but is starting, stopping, or being stopped. `stranger`: it does not know our password. */
export type NoSeat = 'silent' | 'busy' | 'stranger'

// Two numbers of our own ("nexu" in ASCII); advisory locks live in one database, and ours is `postgres`, which holds nothing.
const LOCKS = 0x6e657875
const PRESENT = 1
const START = 2

const CONNECT_TIMEOUT_MS = 5000
const DEAD_HOLDER_MAX_MS = 3000
const SQLSTATE_OF_BUSY = ['57P01', '57P02', '57P03', '53300']

export async function takeSeat(home: Home, address: Address, purpose: string): Promise<Seat | NoSeat> {
  const client = new pg.Client({
    connectionString: await databaseUrl(home, address, 'postgres'),
    application_name: `nexus ${purpose}, process ${process.pid}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  let ending = false
  const lost = new Promise<void>((resolve) => client.once('end', () => ending || resolve()))
  client.on('error', () => {}) // 'end' follows, and says all that matters.
  const end = async () => {
    ending = true
    await client.end().catch(() => {})
  }
  const tryLock = async (kind: 'pg_try_advisory_lock' | 'pg_try_advisory_lock_shared', lock: number) => {
    const { rows } = await client.query<{ got: boolean }>(`SELECT ${kind}($1, $2) AS got`, [LOCKS, lock])
    return rows[0]?.got === true
  }

  try {
    await client.connect()
    if (!(await tryLock('pg_try_advisory_lock_shared', PRESENT))) {
      await end()
      return 'busy'
    }
  } catch (error) {
    await end()
    const { code = '' } = error as { code?: string }
    return code === '28P01' ? 'stranger' : SQLSTATE_OF_BUSY.includes(code) ? 'busy' : 'silent'
  }

  return {
    lost,
    end,
    async claimStart() {
      for (const deadline = Date.now() + DEAD_HOLDER_MAX_MS; ; await sleep(20)) {
        if (await tryLock('pg_try_advisory_lock', START)) return null
        const pid = await readStarter(client)
        // The lock of a Nexus that was just killed is about to go.
        if (pid && (isAlive(pid) || Date.now() > deadline)) return `process ${pid}`
      }
    },
    isAlone: () => tryLock('pg_try_advisory_lock', PRESENT),
    async isLast() {
      try {
        await client.query('SELECT pg_advisory_unlock_shared($1, $2)', [LOCKS, PRESENT])
        return await tryLock('pg_try_advisory_lock', PRESENT)
      } catch {
        return false
      }
    },
    async ensureDatabase() {
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'nexus'")
      if (rowCount) return
      await client.query('CREATE DATABASE nexus').catch((error: { code?: string }) => {
        // Another Nexus made it between the two statements.
        if (error.code !== '42P04' && error.code !== '23505') throw error
      })
    },
  }
}

async function readStarter(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND granted`,
    [LOCKS, START],
  )
  return Number(rows[0]?.name.split(' ').at(-1)) || undefined
}
