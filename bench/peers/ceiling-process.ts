import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(new URL('./plain-fastify.ts', import.meta.url))

/** Starts the plain Fastify server that always gives this answer. */
export async function startCeiling(answer: unknown): Promise<{ port: number; pid: number; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [SERVER], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  })
  child.stdin.end(JSON.stringify(answer))
  const [chunk] = await once(child.stdout, 'data')
  const stop = async () => {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return { port: Number(String(chunk)), pid: child.pid ?? 0, stop }
}
