import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(new URL('./peer-server.ts', import.meta.url))

export type Peer = 'sorted-set' | 'pull' | 'orm'

export interface PeerProcess {
  port: number
  pid: number
  stop(): Promise<void>
}

export async function startPeer(peer: Peer, environment: Record<string, string>): Promise<PeerProcess> {
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', PEER: peer, ...environment }
  const child = spawn(process.execPath, [SERVER], { stdio: ['ignore', 'pipe', 'inherit'], env })
  const [chunk] = await once(child.stdout, 'data')
  return {
    port: Number(String(chunk)),
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
