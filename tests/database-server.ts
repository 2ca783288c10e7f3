import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openEmbeddedServer } from '../src/platform/database/embedded/open-embedded-server.ts'
import { migrate } from '../src/platform/database/migrate.ts'
import { openDatabase } from '../src/platform/database/open-database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of the server that the run stands on; each file makes its own beside it. */
    serverUrl: string
    /** Migrated, never written to: the others are copies of it. */
    template: string
  }
}

/** Runs once before all files: finds the server (DATABASE_URL's, else an embedded one of its own) and makes the migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openServer()
  const template = `nexus_test_${process.pid}_${Date.now().toString(36)}`
  await onServer(server.url, `create database ${template}`)
  const database = await openDatabase({ url: inDatabase(server.url, template), prepare: true, readers: 1, writers: 1 })
  await migrate(database, 'auto')
  await database.close()
  project.provide('serverUrl', server.url)
  project.provide('template', template)
  return async () => {
    await dropAll(server.url, template)
    await server.close()
  }
}

async function openServer(): Promise<{ url: string; close(): Promise<void> }> {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, close: async () => {} }
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-tests-'))
  await chmod(dataDir, 0o755) // as root the server runs as another user, who must reach it
  const quiet = { info: () => {}, warn: (...words: unknown[]) => console.warn(...words) }
  const server = await openEmbeddedServer({ dataDir, purpose: 'start', log: quiet as never })
  return {
    url: server.url,
    close: async () => {
      await server.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
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

async function dropAll(serverUrl: string, template: string): Promise<void> {
  const { rows } = await onServer(serverUrl, `select datname from pg_database where datname like '${template}%'`)
  for (const { datname } of rows) await onServer(serverUrl, `drop database if exists ${datname} with (force)`)
}
