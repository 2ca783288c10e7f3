import pg from 'pg'
import type { JobsOf } from '../queue/job.ts'
import { StartupError } from '../startup-error.ts'
import { type ConnectionSettings, connectionConfig } from './connection.ts'
import { explainFailure } from './failures.ts'
import { openReaders } from './readers.ts'
import { type Reader, statement, type Writer } from './statement.ts'
import { openWriters } from './writers.ts'

const SERVER_VERSION_MIN = 150000

export interface Database extends Reader, Writer {
  /** Runs `work` on a connection of its own, outside of the pools and without their timeouts: migrations, imports, exports. */
  session<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result>
  /** Whether the database answers, and has its schema. */
  ping(): Promise<boolean>
  close(): Promise<void>
}

export interface DatabaseSettings extends ConnectionSettings {
  readers: number
  writers: number
  /** Left out where nothing is ever announced: then whoever tries is refused, rather than that jobs are lost. */
  jobsOf?: JobsOf
}

/** Opens the pools on a PostgreSQL of 15 or later. Connections are made when they are first needed. */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  const readers = openReaders(settings, settings.readers)
  const writers = openWriters({ jobsOf: refuseToAnnounce, ...settings }, settings.writers)
  await refuseOldServer(readers)
  return {
    rows: readers.rows,
    transaction: writers.transaction,
    session: (work) => runSession(settings, work),
    ping: () => answersPing(readers),
    close: async () => {
      await Promise.all([readers.close(), writers.close()])
    },
  }
}

function refuseToAnnounce(): never {
  throw new Error('nothing can be announced in a database that was opened without saying which jobs follow')
}

const serverVersion = statement<{ version: number }>(
  'database.server-version',
  `select current_setting('server_version_num')::int as version`,
)

async function refuseOldServer(reader: Reader): Promise<void> {
  const rows = await reader.rows(serverVersion, []).catch((error: unknown) => {
    const cause = ((error as Error).cause ?? error) as Error
    throw new StartupError(
      `The database does not answer (${cause.message || (cause as NodeJS.ErrnoException).code}). Is DATABASE_URL right and the server up?`,
    )
  })
  const version = rows[0]?.version ?? 0
  if (version < SERVER_VERSION_MIN) throw new StartupError(`PostgreSQL 15 or later is needed; this one is ${Math.floor(version / 10000)}.`)
}

const ping = statement<{ ok: number }>('database.ping', 'select 1 as ok from schema_migrations limit 1')

async function answersPing(reader: Reader): Promise<boolean> {
  try {
    return (await reader.rows(ping, [])).length > 0
  } catch {
    return false
  }
}

async function runSession<Result>(settings: ConnectionSettings, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const { connectionString, connectionTimeoutMillis } = connectionConfig(settings, 'write')
  const client = new pg.Client({ connectionString, connectionTimeoutMillis, application_name: 'nexus-session' } as pg.ClientConfig)
  client.on('error', () => undefined) // told to whoever waits for the statement
  try {
    await client.connect()
    return await work(client)
  } catch (error) {
    throw explainFailure(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}
