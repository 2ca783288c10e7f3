import pg from 'pg'
import { Unavailable } from '../unavailable.ts'
import { type ConnectionSettings, connectionConfig, queryConfig } from './connection.ts'
import { explainFailure } from './failures.ts'
import type { Reader, Statement } from './statement.ts'

/** Statements sent and not yet answered, over all connections of a process. Beyond it a read is refused at once rather than queued. */
const READS_IN_FLIGHT_MAX = 2000

interface Lane {
  client: Promise<pg.Client> | undefined
  inFlight: number
}

/**
 * A few connections that many requests share: statements are pipelined, each to the connection with the fewest under way. So a
 * read costs no checkout and no round trip of its own. Not for transactions. A connection that broke is made anew by the next read.
 */
export function openReaders(settings: ConnectionSettings, connections: number): Reader & { close(): Promise<void> } {
  const lanes: Lane[] = Array.from({ length: connections }, () => ({ client: undefined, inFlight: 0 }))
  let inFlight = 0

  async function rows<Row>(asked: Statement<Row>, values: readonly unknown[]): Promise<Row[]> {
    if (inFlight >= READS_IN_FLIGHT_MAX) throw new Unavailable('too many reads are waiting for the database')
    const lane = leastBusy(lanes)
    lane.inFlight += 1
    inFlight += 1
    try {
      lane.client ??= connect(lane, settings)
      const client = await lane.client
      return (await client.query(queryConfig(asked, values, settings.prepare))).rows as Row[]
    } catch (error) {
      throw explainFailure(error)
    } finally {
      lane.inFlight -= 1
      inFlight -= 1
    }
  }

  async function close(): Promise<void> {
    await Promise.all(lanes.map(async (lane) => (await lane.client?.catch(() => undefined))?.end()))
  }

  return { rows, close }
}

function leastBusy(lanes: Lane[]): Lane {
  return lanes.reduce((best, lane) => (lane.inFlight < best.inFlight ? lane : best))
}

function connect(lane: Lane, settings: ConnectionSettings): Promise<pg.Client> {
  const client = new pg.Client(connectionConfig(settings, 'read'))
  const connected = client.connect().then(() => client)
  // A connection tells its end late, and maybe twice: by then the lane may have another.
  const forget = () => {
    if (lane.client === connected) lane.client = undefined
  }
  client.on('error', forget)
  client.on('end', forget)
  connected.catch(forget)
  return connected
}
