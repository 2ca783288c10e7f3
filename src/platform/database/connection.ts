import { channel } from 'node:diagnostics_channel'
import pg, { type ClientConfig, type QueryConfig } from 'pg'
import type { Statement } from './statement.ts'

const READ_TIMEOUT_MS = 5000
/** A writing transaction ends within this time: reading upwards by id counts on it. */
export const TRANSACTION_TIMEOUT_MS = 2000
const CONNECT_TIMEOUT_MS = 5000

// Counts and 53-bit ids are exact as numbers.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** Tells each statement as it is sent: tests count them, and tracing can be hung here. */
export const statementChannel = channel('nexus.statement')

export interface ConnectionSettings {
  url: string
  /** False behind a pooler in transaction mode: no names, no session settings. */
  prepare: boolean
}

/** How pg connects for one purpose. Timeouts are set on the server's side, so that work nobody waits for ends there too. */
export function connectionConfig(settings: ConnectionSettings, purpose: 'read' | 'write'): ClientConfig & { pipeline: boolean } {
  const timeoutMs = purpose === 'read' ? READ_TIMEOUT_MS : TRANSACTION_TIMEOUT_MS
  const onServer = {
    statement_timeout: timeoutMs,
    idle_in_transaction_session_timeout: TRANSACTION_TIMEOUT_MS,
    application_name: `nexus-${purpose}`,
    // Each statement is short: compiling one took 18 ms for a public feed of 0.2 ms (2026-11).
    options: '-c jit=off',
  }
  const here = { query_timeout: timeoutMs + 1000 }
  return {
    connectionString: settings.url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    pipeline: true,
    ...(settings.prepare ? onServer : here),
  }
}

/** What is given to pg for a statement: named, so that it is parsed and planned once a connection, unless a pooler forbids it. */
export function queryConfig(asked: Statement<unknown>, values: readonly unknown[], prepare: boolean): QueryConfig {
  if (statementChannel.hasSubscribers) statementChannel.publish({ name: asked.name })
  return prepare ? { name: asked.name, text: asked.text, values: [...values] } : { text: asked.text, values: [...values] }
}
