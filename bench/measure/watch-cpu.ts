import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { onServer } from './open-bench-server.ts'

/** How much of a core was used while it was watched, 1 being a whole one; NaN where /proc does not tell (another machine, another system). */
export interface CpuUse {
  server: number
  database: number
}

/** The kernel counts in hundredths of a second, whatever the machine. */
const TICKS_A_SECOND = 100
const BACKENDS = `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
/** Left out at both ends, where connections come and go. */
const EDGE_MS = 400

/**
 * Watches a server's process (none for `undefined`) and the PostgreSQL processes that serve the database, for so long. Those of other
 * databases on the same server are not ours, and PostgreSQL's own (writing, vacuuming) have next to nothing to do while only reads run.
 */
export async function watchCpu(databaseUrl: string, serverPid: number | undefined, seconds: number): Promise<CpuUse> {
  await sleep(EDGE_MS)
  const { rows } = await onServer(databaseUrl, BACKENDS)
  const backends = rows.map((row) => Number(row.pid))
  const servers = serverPid === undefined ? [] : [serverPid]
  const before = { server: await ticksOf(servers), database: await ticksOf(backends), at: performance.now() }
  await sleep(seconds * 1000 - 2 * EDGE_MS)
  const elapsed = ((performance.now() - before.at) / 1000) * TICKS_A_SECOND
  const [server, database] = [await ticksOf(servers), await ticksOf(backends)]
  return { server: (server - before.server) / elapsed, database: (database - before.database) / elapsed }
}

/** Processor time that a process has used so far, in seconds. */
export async function processSeconds(pid: number): Promise<number> {
  return (await ticksOfOne(pid)) / TICKS_A_SECOND
}

/** Processor time that a server and the PostgreSQL processes of its database have used so far, in seconds. Both must go on living. */
export async function secondsOfServing(databaseUrl: string, pid: number): Promise<number> {
  const { rows } = await onServer(databaseUrl, BACKENDS)
  return (await ticksOf([pid, ...rows.map((row) => Number(row.pid))])) / TICKS_A_SECOND
}

async function ticksOf(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map(ticksOfOne))
  return each.reduce((sum, ticks) => sum + ticks, 0)
}

async function ticksOfOne(pid: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces; user and system time are the 14th and 15th of all fields.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[14 - 3]) + Number(fields[15 - 3])
  } catch {
    return Number.NaN
  }
}
