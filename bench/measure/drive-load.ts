import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { LoadOrder, LoadResult } from './load-client.ts'

const CLIENT = fileURLToPath(new URL('./load-client.ts', import.meta.url))

/** Drives a server from a process of its own. */
export async function driveLoad(order: LoadOrder): Promise<LoadResult> {
  const child = spawn(process.execPath, [CLIENT], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(order))
  const answer = await text(child.stdout)
  if (answer === '') throw new Error('the load client ended without an answer')
  return JSON.parse(answer) as LoadResult
}
