import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readPlainly } from '../tests/properties/plain-feed.ts'
import type { FaultWorld, Person } from './fault-world.ts'
import { ask, READ } from './people-act.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
/** So long after the last write, and after what was broken is up again, every feed is right. */
const TRUTH_MS_MAX = 5000
const SETTLE_MS_MAX = 60_000

/** Everybody is served the truth by every process, within seconds. */
export async function expectTruth(world: FaultWorld): Promise<void> {
  const until = Date.now() + TRUTH_MS_MAX
  for (const viewer of world.people) {
    const plain = await readPlainly({ sql: world.sql as never }, viewer.id, true, true)
    const truth = [...new Set(plain.map(({ postId }) => String(postId)))].slice(0, 100)
    for (const api of world.apis) {
      for (;;) {
        const feed = await readFeed(api.url(), viewer)
        if (feed?.join() === truth.join()) break
        if (Date.now() > until) throw new Error(`person ${viewer.id} is served ${feed?.join(' ')}, and the truth is ${truth.join(' ')}`)
        await pause(25)
      }
    }
  }
}

async function readFeed(url: string | undefined, who: Person): Promise<string[] | undefined> {
  const answer = await ask(url, { who, query: READ })
  return answer?.data?.homeFeed.edges.map(({ node }: { node: { id: string } }) => node.id)
}

/** Waits until no job is left that is due. */
export async function settle({ sql }: FaultWorld): Promise<void> {
  // The minute of those whose worker was killed is over.
  await sql(`update jobs set lease_until = null, next_try_at = now() where failed_at is null and next_try_at < now() + interval '1 hour'`)
  const until = Date.now() + SETTLE_MS_MAX
  for (;;) {
    const [row] = await sql<{ open: number; failed: number }>(
      `select count(*) filter (where failed_at is null and next_try_at < now() + interval '1 hour')::int as open,
         count(*) filter (where failed_at is not null)::int as failed from jobs`,
    )
    if (row?.failed) throw new Error(`${row.failed} jobs failed for good`)
    if (row?.open === 0) return
    if (Date.now() > until) throw new Error(`${row?.open} jobs are still open after ${SETTLE_MS_MAX} ms`)
    await pause(50)
  }
}

/** What `nexus audit …` says; it fails unless it finds nothing. */
export async function audit(world: FaultWorld, what: 'feeds' | 'counts'): Promise<string> {
  const args = what === 'feeds' ? ['audit', 'feeds', '--sample', '100000'] : ['audit', 'counts']
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...world.environment }
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`nexus ${args.join(' ')} ended with code ${code}: ${said}`)
  return said.trim()
}
