import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { homeFeedTruth } from '../../src/domain/feeds/home-feed-truth.ts'
import { NEWEST } from '../../src/platform/ids.ts'
import { READER_STEP } from '../measure/load-client.ts'

export interface PgbenchOrder {
  databaseUrl: string
  clients: number
  seconds: number
  readers: { count: number; stride: number }
  /** As homeFeed(first: 20) asks: one more than the page. */
  limit: number
}

export interface PgbenchResult {
  requests: number
  milliseconds: number[]
}

/** Runs the truth statement alone, prepared, by PostgreSQL's own load generator, for the same readers in the same order as the GraphQL client. */
export async function runPgbench(order: PgbenchOrder): Promise<PgbenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-pgbench-'))
  try {
    const script = join(folder, 'feed.sql')
    await writeFile(script, scriptOf(order))
    const { clients, seconds } = order
    const options = [
      '-n',
      '-M',
      'prepared',
      '-c',
      clients,
      '-j',
      1,
      '-T',
      seconds,
      '-f',
      script,
      '-D',
      'turn=0',
      '-l',
      '--log-prefix',
      'log',
    ]
    await run('pgbench', [...options.map(String), order.databaseUrl], folder)
    const logs = (await readdir(folder)).filter((name) => name.startsWith('log'))
    const lines = (await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8')))).join('').trim().split('\n')
    const milliseconds = lines.map((line) => Number(line.split(' ')[2]) / 1000)
    return { requests: milliseconds.length, milliseconds }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// pgbench counts its own parameters: each place where the reader stands is one.
function scriptOf({ readers: { count, stride }, limit }: PgbenchOrder): string {
  const variables = { $1: ':reader', $2: ':own', $3: ':below', $4: ':page', $5: ':shares' } as Record<string, string>
  return `\\set reader ${stride} * (1 + (:client_id * ${READER_STEP} + :turn) % ${count})
\\set turn :turn + 1
\\set own true
\\set shares true
\\set below ${NEWEST}
\\set page ${limit}
${homeFeedTruth.text.replaceAll(/\$\d/g, (parameter) => variables[parameter] ?? parameter)};
`
}

async function run(command: string, args: string[], folder: string): Promise<void> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', () =>
      reject(new Error("pgbench is missing: it comes with PostgreSQL's client programs (Debian: postgresql-contrib)")),
    )
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`pgbench ended with code ${code}: ${said}`)
}
