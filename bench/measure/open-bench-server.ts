import { resolve } from 'node:path'
import pg from 'pg'
import { openEmbeddedServer } from '../../src/platform/database/embedded/open-embedded-server.ts'

const SERVER_URL_BY_DEFAULT = 'postgres://postgres@127.0.0.1:5432/postgres'
/** Another name by BENCH_DATABASE: several may measure on one server. */
const WORLD_BY_DEFAULT = 'nexus_world'

/** The PostgreSQL that is measured on. */
export interface BenchServer {
  /** A database that is there already. */
  url: string
  worldDatabase: string
  /** Drops the world, if there is one, and makes an empty database for the next. */
  recreateWorldDatabase(): Promise<void>
  close(): Promise<void>
}

/**
 * The server of DATABASE_URL, by default the one of this machine; or the embedded one with its data in `embeddedDir`, where the world
 * takes the place of what `nexus start` would serve, so that NEXUS_DATA_DIR=<embeddedDir> npm start serves it.
 */
export async function openBenchServer(embeddedDir?: string): Promise<BenchServer> {
  if (embeddedDir === undefined) {
    const url = process.env.DATABASE_URL ?? SERVER_URL_BY_DEFAULT
    const worldDatabase = process.env.BENCH_DATABASE ?? WORLD_BY_DEFAULT
    return { url, worldDatabase, recreateWorldDatabase: () => recreate(url, worldDatabase), close: async () => {} }
  }
  const quiet = { info: () => {}, warn: (...words: unknown[]) => console.warn(...words) }
  const server = await openEmbeddedServer({ dataDir: resolve(embeddedDir), purpose: 'start', log: quiet })
  const url = inDatabase(server.url, 'postgres')
  return { url, worldDatabase: 'nexus', recreateWorldDatabase: () => recreate(url, 'nexus'), close: () => server.close() }
}

async function recreate(url: string, name: string): Promise<void> {
  await onServer(url, `drop database if exists ${name} with (force)`)
  await onServer(url, `create database ${name}`)
}

/** The URL of another database on the same server. */
export function inDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

export async function onServer(serverUrl: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}
