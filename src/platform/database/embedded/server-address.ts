import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Home } from './choose-home.ts'

/** Where the server listens: a directory that holds its unix socket, or 127.0.0.1, and a port. */
export interface Address {
  host: string
  port: number
}

export const LOOPBACK = '127.0.0.1'

// The kernel's limit is 107 on Linux and 103 on macOS.
const SOCKET_PATH_BYTES_MAX = 103
const SOCKET_PORT = 5432

/**
 * Where a server of this home is to listen: on a socket in its own closed directory, or, where that path is too long for the
 * kernel, on a free port of 127.0.0.1. Both ask for the password, so that nobody else on the machine gets in.
 */
export async function chooseAddress(home: Home, port?: number): Promise<Address> {
  const socket = join(home.cluster, `.s.PGSQL.${SOCKET_PORT}`)
  if (Buffer.byteLength(socket) <= SOCKET_PATH_BYTES_MAX) return { host: home.cluster, port: SOCKET_PORT }

  return { host: LOOPBACK, port: port ?? (await freePort()) }
}

/** The URL of one of the server's databases, with the password. */
export async function databaseUrl(home: Home, { host, port }: Address, database: string): Promise<string> {
  const password = encodeURIComponent((await readFile(home.password, 'utf8')).trim())
  return `postgres://nexus:${password}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, LOOPBACK, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
