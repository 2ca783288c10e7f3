import { setTimeout as pause } from 'node:timers/promises'

const EPOCH = Date.UTC(2000, 0, 1)
const POST = 1024

let last = 0

/** So many ids of posts, one a millisecond, up to now and above all that were given before: what PostgreSQL makes later is greater. */
export async function idsUpToNow(count: number): Promise<number[]> {
  const first = Math.max(last + 1, Date.now() - count)
  last = first + count
  await pause(Math.max(0, last - Date.now()))
  return Array.from({ length: count }, (_, index) => (first + index - EPOCH) * 4096 + POST)
}
