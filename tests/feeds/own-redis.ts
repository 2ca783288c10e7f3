import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withRedis } from '../redis-keys.ts'

/** A Redis of a test's own, which it may stop, fill, slow down and set back. */
export interface OwnRedis {
  url: string
  /** Sends one command. */
  send(...command: string[]): Promise<unknown>
  /** Ends it without saving anything. */
  stop(): Promise<void>
  /** Starts it, unless it runs, on the same port and folder: what was saved there is loaded. */
  start(): Promise<void>
  close(): Promise<void>
}

const START_MS_MAX = 10_000

export async function startOwnRedis(): Promise<OwnRedis> {
  const [folder, port] = await Promise.all([mkdtemp(join(tmpdir(), 'nexus-redis-')), freePort()])
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess | undefined
  const send = (...command: string[]) => withRedis(url, (redis) => redis.sendCommand(command))

  const runs = () => server !== undefined && server.exitCode === null && server.signalCode === null
  const start = async () => {
    if (runs()) return
    const settings = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no', '--dir', folder]
    server = spawn('redis-server', settings, { stdio: 'ignore' })
    const failed = once(server, 'error').then(([error]) => Promise.reject(error))
    const until = Date.now() + START_MS_MAX
    const answers = async () => {
      while (String(await send('PING').catch(() => '')) !== 'PONG') {
        if (Date.now() > until) throw new Error('redis-server does not answer')
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    await Promise.race([answers(), failed])
  }
  const stop = async () => {
    if (!server || !runs()) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }
  await start()
  return {
    url,
    send,
    stop,
    start,
    close: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
