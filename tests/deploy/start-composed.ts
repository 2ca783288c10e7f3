import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { PROJECT, readCompose, readCopy, readDockerfile, readImage } from './read-deployment.ts'

const HEALTHY_WITHIN_MS = 30_000
const CHECK_EVERY_MS = 200
const run = promisify(execFile)

export interface Started {
  url: string
  child: ChildProcess
  /** All that it has said so far. */
  output(): string
}

/** Lays out in `folder` what the image has in /app: the sources of its COPYs, and the packages by a link to ours. */
export function layOutImage(folder: string): void {
  const copies =
    readDockerfile()
      .at(-1)
      ?.filter(({ name }) => name === 'COPY') ?? []
  for (const { from, sources, target } of copies.map(({ rest }) => readCopy(rest))) {
    for (const source of sources.map((path) => path.replace(/^\/app\//, ''))) {
      const to = target === './' ? join(folder, source) : join(folder, target)
      mkdirSync(dirname(to), { recursive: true })
      if (source === 'node_modules') symlinkSync(join(PROJECT, source), to)
      else if (from === undefined || existsSync(join(PROJECT, source))) cpSync(join(PROJECT, source), to, { recursive: true })
    }
  }
}

/**
 * Starts a service of compose.yaml as a plain process: its own command and environment, with the addresses of the other services, the port
 * and the data directory replaced by what is there. Answers once its own health check passes.
 */
export async function startComposed(service: string, folder: string, replaced: Record<string, string | undefined>): Promise<Started> {
  const { services } = readCompose({ AUTH_SECRET: 's'.repeat(64), POSTGRES_PASSWORD: 'unused', RABBITMQ_PASSWORD: 'unused' })
  const { command = [], environment = {}, healthcheck } = services[service] ?? {}
  const image = readImage()
  const port = await freePort()
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    ...image.environment,
    ...environment,
    ...replaced,
    PORT: String(port),
  }
  const [program = '', ...args] = [...image.entrypoint, ...command]

  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  child.stderr.on('data', (data) => (output += data))
  const started = { url: `http://127.0.0.1:${port}`, child, output: () => output }
  await becomesHealthy(service, started, healthcheck?.test.slice(1) ?? [], env)
  return started
}

/** Sends SIGTERM, as compose does, and answers the exit code: null when it had to be killed after its time. */
export async function stopComposed({ child }: Started, withinMs: number): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), withinMs)
  const [code] = await exit
  clearTimeout(kill)
  return code
}

async function becomesHealthy(service: string, { child, output }: Started, check: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const [program = '', ...args] = check
  const deadline = Date.now() + HEALTHY_WITHIN_MS
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const healthy = await run(program, args, { env }).then(
      () => true,
      () => false,
    )
    if (healthy) return
    await sleep(CHECK_EVERY_MS)
  }
  child.kill('SIGKILL')
  throw new Error(`${service} did not become healthy; it said:\n${output()}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
