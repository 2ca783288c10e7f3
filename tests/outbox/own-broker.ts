import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Connection } from 'rabbitmq-client'

const START_MS_MAX = 50_000
/** Debian's own command runs it as another user, whom the folders of a test are closed to. */
const PROGRAMS = ['/usr/lib/rabbitmq/bin', ...(process.env.PATH ?? '').split(delimiter)].map((folder) => join(folder, 'rabbitmq-server'))
/** The program of RabbitMQ on this machine, if there is one. */
export const BROKER_PROGRAM = PROGRAMS.find((program) => existsSync(program))

/** A RabbitMQ of a test's own, which it may kill. */
export interface OwnBroker {
  url: string
  /** Starts it with all that it had on its disk, and answers when it takes connections. */
  start(): Promise<void>
  kill(): Promise<void>
  /** Kills it and removes all that it had. */
  close(): Promise<void>
}

export async function makeBroker(): Promise<OwnBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-rabbitmq-'))
  for (const name of ['data', 'logs', 'home']) await mkdir(join(folder, name))
  const [port, distributionPort] = [await freePort(), await freePort()]
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  const env = {
    PATH: process.env.PATH,
    HOME: join(folder, 'home'),
    RABBITMQ_NODENAME: `nexus_${port}@localhost`,
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'logs'),
    RABBITMQ_CONFIG_FILE: join(folder, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'no-plugins'),
  }
  let child: ChildProcess | undefined

  async function kill(): Promise<void> {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    process.kill(-child.pid, 'SIGKILL') // the script and the server that it started
    await exit
  }

  return {
    url,
    start: async () => {
      child = spawn(BROKER_PROGRAM ?? 'rabbitmq-server', { env, detached: true, stdio: 'ignore' })
      const connection = new Connection({ url, retryLow: 100, retryHigh: 100 })
      connection.on('error', () => {})
      await connection.onConnect(START_MS_MAX)
      await connection.close()
    },
    kill,
    close: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
