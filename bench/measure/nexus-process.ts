import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const START_MS_MAX = 30_000

/** A Nexus as it is run: a process of its own. */
export interface NexusProcess {
  url: string
  pid: number
  /** Stops it by SIGTERM and waits until it has drained. */
  stop(): Promise<void>
  /** Ends it by SIGKILL, whatever it is doing. */
  kill(): Promise<void>
}

/** None of them outlives us, however we end. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** Starts `nexus start` and answers when it says that it is ready. Its environment is what is given here and PATH, nothing else of ours. */
export async function startNexusProcess(environment: Record<string, string>, roles = 'api,worker,scheduler'): Promise<NexusProcess> {
  const child = spawn(process.execPath, [...profilingOptions(), MAIN, 'start', '--roles', roles], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  const url = await readyUrl(child)
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
  return { url, pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

/** BENCH_NODE_OPTIONS, such as --cpu-prof, reach the measured process alone. */
function profilingOptions(): string[] {
  return (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter(Boolean)
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (why: string) => {
      child.kill('SIGKILL')
      reject(new Error(`Nexus ${why}: ${said.slice(-2000)}`))
    }
    const ended = (code: number | null) => fail(`ended with code ${code}`)
    const timer = setTimeout(fail, START_MS_MAX, `was not ready after ${START_MS_MAX} ms`)
    child.once('exit', ended)
    const listen = (chunk: Buffer) => {
      said = (said + chunk).slice(-10_000)
      const url = /Nexus is ready: .*?(http:\/\/[^/\s"]+)\//.exec(said)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      child.off('exit', ended)
      child.stdout?.off('data', listen).resume()
      resolve(url)
    }
    child.stdout?.on('data', listen)
  })
}
