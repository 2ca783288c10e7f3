import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from './measure/describe-machine.ts'
import { type BenchServer, inDatabase, onServer, openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { median, rounded } from './measure/statistics.ts'

export interface ImportResult {
  machine: object
  rounds: number
  seconds: number[]
  median: number
  rows: { users: number; follows: number; posts: number; comments: number; likes: number }
  holds: Record<string, boolean>
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const FOLDER = fileURLToPath(new URL('../tests/data/ldbc-snb', import.meta.url))
const DATABASE = 'nexus_bench_import'
const SECONDS_MAX = 5
const PEOPLE = 222
const POSTS = 5924

/** Imports the people and posts of the LDBC graph in tests/data into an empty, migrated database, by the command that people use. */
export async function measureImport(server: BenchServer, rounds: number): Promise<ImportResult> {
  const url = inDatabase(server.url, DATABASE)
  const seconds: number[] = []
  let rows: ImportResult['rows'] | undefined
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await onServer(server.url, `drop database if exists ${DATABASE} with (force)`)
      await onServer(server.url, `create database ${DATABASE}`)
      await runNexus(['migrate'], url)
      const began = performance.now()
      await runNexus(['import', '--format', 'ldbc-snb', FOLDER], url)
      seconds.push(rounded((performance.now() - began) / 1000))
      rows = await countRows(url)
      console.log(`import: round ${round}, ${seconds.at(-1)} s`)
    }
    if (rows?.users !== PEOPLE || rows.posts !== POSTS) throw new Error(`the import left ${JSON.stringify(rows)}`)
    const middle = median(seconds)
    const machine = await describeMachine(server.url)
    return { machine, rounds, seconds, median: middle, rows, holds: { 'the import takes less than 5 s': middle < SECONDS_MAX } }
  } finally {
    await onServer(server.url, `drop database if exists ${DATABASE} with (force)`)
  }
}

async function runNexus(args: string[], databaseUrl: string): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-import-'))
  try {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: databaseUrl, NEXUS_DATA_DIR: dataDir }
    const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-5000)
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    if (code !== 0) throw new Error(`nexus ${args[0]} ended with code ${code}: ${said}`)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function countRows(url: string): Promise<ImportResult['rows']> {
  const tables = ['users', 'follows', 'posts', 'comments', 'likes']
  const counts = tables.map((table) => `(select count(*)::int from ${table}) as ${table}`)
  return (await onServer(url, `select ${counts.join(', ')}`)).rows[0]
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, embedded: { type: 'string' } } })
  const server = await openBenchServer(values.embedded)
  try {
    const result = await measureImport(server, Number(values.rounds))
    await openResults(1).write('import', result)
    console.log(result.median, result.rows, result.holds)
  } finally {
    await server.close()
  }
}
