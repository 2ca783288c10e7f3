import { availableParallelism, totalmem } from 'node:os'
import { onServer } from './open-bench-server.ts'

/** What figures were measured on: nothing that names the machine. */
export interface System {
  cores: number
  memoryGb: number
  node: string
}

export interface Machine extends System {
  postgresql: string
  /** Settings of the server that change figures. */
  settings: Record<string, string>
}

const SETTINGS = ['shared_buffers', 'random_page_cost', 'jit', 'fsync', 'synchronous_commit']

export function describeSystem(): System {
  return { cores: availableParallelism(), memoryGb: Math.round(totalmem() / 2 ** 30), node: process.versions.node }
}

export async function describeMachine(serverUrl: string): Promise<Machine> {
  const names = ['server_version', ...SETTINGS].map((name) => `'${name}'`)
  const { rows } = await onServer(serverUrl, `select name, current_setting(name) as setting from pg_settings where name in (${names})`)
  const { server_version: version = '', ...settings } = Object.fromEntries<string>(rows.map((row) => [row.name, row.setting]))
  return { ...describeSystem(), postgresql: version.split(' ')[0] ?? '', settings }
}
