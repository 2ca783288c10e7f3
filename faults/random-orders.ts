import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface RandomOrdersResult {
  seed: number
  runs: number
  passed: number
  seconds: number
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Where orders and worlds are drawn. */
const FILES = ['tests/feeds', 'tests/properties']

/** Runs the random tests of feeds with so many cases each, from a seed that is printed: NEXUS_SEED=<seed> replays them. */
export async function runRandomOrders(seed: number, runs: number): Promise<RandomOrdersResult> {
  console.log(`random orders: NEXUS_SEED=${seed} NEXUS_RUNS=${runs} npx vitest run ${FILES.join(' ')}`)
  const began = performance.now()
  const env = { ...process.env, NEXUS_SEED: String(seed), NEXUS_RUNS: String(runs) }
  const args = ['vitest', 'run', ...FILES, '--reporter=json', '--reporter=default', '--testTimeout=3600000']
  const child = spawn('npx', args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the random tests failed with NEXUS_SEED=${seed} NEXUS_RUNS=${runs}:\n${said.slice(-4000)}`)
  const passed = Number(/"numPassedTests":(\d+)/.exec(said)?.[1])
  return { seed, runs, passed, seconds: Math.round((performance.now() - began) / 1000) }
}
