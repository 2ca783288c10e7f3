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
  /** Holds it where it is, as a machine that hangs, until it is woken. */
  hold(): void
  wake(): void
  /** Ends it without saving anything. */
  stop(): Promise<void>
  /** Starts it, unless it runs, on the same port and folder: what was saved there is loaded. */
  start(): Promise<void>
  close(): Promise<void>
}

const START_MS_MAX = 10_000
/** In a cluster nodes talk to each other on a port that is greater by 10,000. */
const PORT_BELOW = 55_000

export async function startOwnRedis(furtherSettings: readonly string[] = []): Promise<OwnRedis> {
  const [folder, port] = await Promise.all([mkdtemp(join(tmpdir(), 'nexus-redis-')), freePort()])
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess | undefined
  const send = (...command: string[]) => withRedis(url, (redis) => redis.sendCommand(command))

  const runs = () => server !== undefined && server.exitCode === null && server.signalCode === null
  const start = async () => {
    if (runs()) return
    const settings = [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
      ...furtherSettings,
    ]
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
    hold: () => void server?.kill('SIGSTOP'),
    wake: () => void server?.kill('SIGCONT'),
    stop,
    start,
    close: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    if (port < PORT_BELOW) return port
  }
}
