import { lstat, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeSystem } from './measure/describe-machine.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { openResults } from './measure/results.ts'
import { median, rounded } from './measure/statistics.ts'

export interface StartResult {
  machine: object
  rounds: number
  /** From the start of the process to the first answer to a GraphQL query that read the database, in seconds. */
  seconds: { first: number[]; second: number[] }
  median: { first: number; second: number }
  holds: Record<string, boolean>
}

const FIRST_SECONDS_MAX = 3
const SECOND_SECONDS_MAX = 1.5

/**
 * Starts everything in one process on the embedded PostgreSQL: first in an empty data directory, then again in the same one. A start
 * that is not counted comes before, since the first after an install also compiles our code and lays it by.
 */
export async function measureStart(rounds: number): Promise<StartResult> {
  const seconds = { first: [] as number[], second: [] as number[] }
  await inDataDir(startAndAsk)
  for (let round = 1; round <= rounds; round += 1) {
    await inDataDir(async (dataDir) => {
      seconds.first.push(await startAndAsk(dataDir))
      seconds.second.push(await startAndAsk(dataDir))
    })
    console.log(`start: round ${round}, first ${seconds.first.at(-1)} s, second ${seconds.second.at(-1)} s`)
  }
  const medians = { first: median(seconds.first), second: median(seconds.second) }
  const holds = {
    'the first start answers within 3 s': medians.first < FIRST_SECONDS_MAX,
    'the second start answers within 1.5 s': medians.second < SECOND_SECONDS_MAX,
  }
  return { machine: describeSystem(), rounds, seconds, median: medians, holds }
}

async function startAndAsk(dataDir: string): Promise<number> {
  const began = performance.now()
  const nexus = await startNexusProcess({ NEXUS_DATA_DIR: dataDir })
  try {
    const response = await fetch(`${nexus.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ users(first: 1) { edges { node { id } } } }' }),
    })
    const seconds = (performance.now() - began) / 1000
    const { data } = (await response.json()) as { data?: unknown }
    if (!data) throw new Error(`the first answer was ${response.status}`)
    return rounded(seconds)
  } finally {
    await nexus.stop()
  }
}

async function inDataDir(work: (dataDir: string) => Promise<unknown>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-start-'))
  try {
    await work(dataDir)
  } finally {
    // As root the data may lie elsewhere, with a link to it here.
    const data = join(dataDir, 'postgres')
    if ((await lstat(data).catch(() => undefined))?.isSymbolicLink()) await rm(await realpath(data), { recursive: true, force: true })
    await rm(dataDir, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
  const result = await measureStart(Number(values.rounds))
  await openResults(1).write('start', result)
  console.log(result.median, result.holds)
}
