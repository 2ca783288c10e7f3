import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENTRIES_OF_AN_AUTHOR_MAX, headEntries } from '../../src/domain/feeds/heads/head-entries.ts'
import { homeFeedTruth } from '../../src/domain/feeds/home-feed-truth.ts'
import { NEWEST } from '../../src/platform/ids.ts'
import { HEAD_ENTRIES } from '../measure/fill-heads.ts'
import { READER_STEP } from '../measure/load-client.ts'
import { onServer } from '../measure/open-bench-server.ts'

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
  const { clients, seconds, databaseUrl } = order
  return withScript(scriptOf(order), async (script, folder) => {
    const options = ['-T', seconds, '-D', 'turn=0', '-l', '--log-prefix', 'log']
    await run('pgbench', ['-n', '-M', 'prepared', '-c', clients, '-j', 1, '-f', script, ...options, databaseUrl].map(String), folder)
    const logs = (await readdir(folder)).filter((name) => name.startsWith('log'))
    const lines = (await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8')))).join('').trim().split('\n')
    const milliseconds = lines.map((line) => Number(line.split(' ')[2]) / 1000)
    return { requests: milliseconds.length, milliseconds }
  })
}

/** Runs the statement of a head's entries alone, prepared, once for each of these readers. Answers how many a second. */
export async function runPgbenchOfHeads(databaseUrl: string, clients: number, readers: readonly number[]): Promise<number> {
  const values = ['(select id from bench_readers where n = :n)', String(HEAD_ENTRIES), String(ENTRIES_OF_AN_AUTHOR_MAX)]
  const text = headEntries.text.replaceAll(/\$(\d)(::int)?/g, (_, place) => values[Number(place) - 1] ?? '')
  await onServer(databaseUrl, 'create table if not exists bench_readers (n int primary key, id int)')
  await onServer(databaseUrl, 'truncate bench_readers')
  await onServer(
    databaseUrl,
    `insert into bench_readers select n, id from unnest(array[${readers.join()}]::int[]) with ordinality as r (id, n)`,
  )
  await onServer(databaseUrl, 'analyze bench_readers')
  try {
    const each = Math.floor(readers.length / clients)
    const script = `\\set n 1 + :client_id * ${each} + :turn\n\\set turn :turn + 1\n${text};\n`
    return await withScript(script, async (file, folder) => {
      const options = ['-n', '-M', 'prepared', '-c', clients, '-j', 1, '-t', each, '-D', 'turn=0', '-f', file, databaseUrl]
      const said = await run('pgbench', options.map(String), folder)
      return Number(/tps = ([\d.]+) \(without/.exec(said)?.[1])
    })
  } finally {
    await onServer(databaseUrl, 'drop table bench_readers')
  }
}

async function withScript<Result>(text: string, work: (script: string, folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-pgbench-'))
  try {
    const script = join(folder, 'script.sql')
    await writeFile(script, text)
    return await work(script, folder)
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

async function run(command: string, args: string[], folder: string): Promise<string> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', () =>
      reject(new Error("pgbench is missing: it comes with PostgreSQL's client programs (Debian: postgresql-contrib)")),
    )
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`pgbench ended with code ${code}: ${said}`)
  return said
}
