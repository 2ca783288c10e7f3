import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { JOBS, jobsOf } from '../../src/workers/reactions.ts'
import { SCHEDULES } from '../../src/workers/schedules.ts'
import { code, page, table } from './page.ts'

const ROOT = join(import.meta.dirname, '../..')

export function describeFactsAndJobs(): string {
  const sources = readSources()
  const sayings = sayingsOfJobs(sources)
  const facts = factsIn(sources).map(({ name, file }) => [
    code(name),
    code(file),
    jobsOf(name)
      .map((job) => code(job.name))
      .join(', ') || 'nothing yet',
  ])
  const jobs = [...JOBS.values()]
    .sort((one, other) => one.name.localeCompare(other.name))
    .map(({ name, lane, attemptsMax, input }) => [code(name), lane, String(attemptsMax), inputOf(input), sayings.get(name) ?? ''])
  const schedules = SCHEDULES.map(({ name, pattern, missed, jobs }) => [
    code(name),
    code(pattern),
    missed,
    jobs.map((job) => `${code(job.name)}: ${sayings.get(job.name) ?? ''}`).join(' '),
  ])
  return page(
    'Facts, jobs and schedules',
    5,
    '`src/workers/reactions.ts`, `src/workers/schedules.ts` and what they name',
    'A fact is announced in the transaction that makes it true; its jobs are rows of the same transaction. [Jobs](../jobs.md) says how they run.',
    `## From facts to jobs\n\n${table(['Fact', 'Announced by', 'What follows'], facts)}`,
    `## Jobs\n\n${table(['Job', 'Lane', 'Attempts', 'Given', 'What it does'], jobs)}`,
    `## Schedules\n\nIn UTC. [Schedules](../schedules.md) says what becomes of ticks that nobody was there to fire.\n\n${table(['Schedule', 'When', 'Missed', 'Adds'], schedules)}`,
  )
}

interface SourceFile {
  file: string
  text: string
}

function readSources(): SourceFile[] {
  const files = globSync('src/{domain,platform}/**/*.ts', { cwd: ROOT })
  return [...new Set(files)].sort().map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))
}

/** Every fact that some file declares, with its file. */
export function factsIn(sources: SourceFile[] = readSources()): { name: string; file: string }[] {
  const facts = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/defineFact\(\s*'([^']+)'/g)].map(([, name = '']) => ({ name, file })),
  )
  return facts.sort((one, other) => one.name.localeCompare(other.name))
}

const DECLARED =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?(?:export )?const \w+(?:: [^=]+)? = define(?:Job|Indexing)\((?:\{\s*name: )?\s*'([^']+)'/g

/** What stands above each job in its file. */
export function sayingsOfJobs(sources: SourceFile[] = readSources()): Map<string, string> {
  const found = sources.flatMap(({ text }) => [...text.matchAll(DECLARED)].map(([, said = '', name = '']) => [name, plain(said)] as const))
  return new Map(found)
}

const plain = (comment: string) =>
  comment
    .replace(/^\s*\*?\s?/gm, '')
    .replace(/\s+/g, ' ')
    .trim()

function inputOf(input: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
  return Object.keys(properties).map(code).join(', ')
}
