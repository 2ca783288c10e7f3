import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type Nexus, PASSWORD, startNexus } from '../cast.ts'
import { type Example, readExamples } from './read-examples.ts'

const DOCS = join(import.meta.dirname, '../../docs')
const PAGES = globSync('{start,concepts,case-study,guides}/**/*.md', { cwd: DOCS }).sort()
/** Where a reader's own Nexus listens. */
const READERS_OWN = /http:\/\/(127\.0\.0\.1|localhost):4000/g
const SHELL_SECONDS_MAX = 30
const PAGE_MS_MAX = 120_000

describe('what the pages show is what happens', () => {
  const runnable = PAGES.map((page) => ({ page, examples: readExamples(join(DOCS, page)) })).filter(({ examples }) => examples.length > 0)

  it('finds the pages that have examples', () => {
    expect(runnable.map(({ page }) => page)).toContain('start/tour.md')
  })

  // Side by side: most of it is waiting for commands to start.
  it.concurrent.each(runnable)('$page, from its top to its bottom', { timeout: PAGE_MS_MAX }, async ({ page, examples }) => {
    const nexus = await startNexus()
    try {
      const tokens = new Map<string, string>()
      for (const example of examples) {
        const answered = await run(nexus, tokens, example)
        if (example.answer) expectAlike(answered, example.answer, `${page}:${example.line}`)
        await nexus.settle()
      }
    } finally {
      await nexus.close()
    }
  })
})

async function run(nexus: Nexus, tokens: Map<string, string>, { language, settings, text, answer }: Example): Promise<string> {
  if (language === 'sql') return query(nexus, text, answer?.text.startsWith('ERROR') ?? false)
  if (language === 'sh') return shell(nexus, text)
  const token = settings.as === undefined ? undefined : await tokenOf(nexus, tokens, settings.as)
  const { data, errors } = await nexus.gql(text, { token })
  return JSON.stringify(errors ? { errors, data } : { data })
}

/** Whoever a page says something as has signed up by then, with the page's password or the tests'. */
async function tokenOf(nexus: Nexus, tokens: Map<string, string>, name: string): Promise<string> {
  const known = tokens.get(name)
  if (known) return known
  for (const password of ['12345', PASSWORD]) {
    const { data } = await nexus.gql(`mutation { login(username: "${name}", password: "${password}") { token } }`)
    if (data?.login) return remember(tokens, name, data.login.token)
  }
  return remember(tokens, name, (await nexus.signUp(name)).token)
}

function remember(tokens: Map<string, string>, name: string, token: string): string {
  tokens.set(name, token)
  return token
}

/** What npx does for the commands of this repository, without the half second that npm takes to start. */
const NPX = 'npx() { case "$1" in nexus) shift; node src/main.ts "$@";; *) "$@";; esac; }'

/** Runs a block by bash. What a block defines, functions and variables, is there in those below it, as in a reader's terminal. */
async function shell(nexus: Nexus, text: string): Promise<string> {
  const state = join(nexus.dataDir, 'shell-state.sh')
  const keep = `{ declare -f; declare -p | grep -Ev '^declare -[a-zA-Z]*r|BASH|^declare -- (_|PIPESTATUS|FUNCNAME)='; } > '${state}'`
  const script = `${NPX}\ntouch '${state}'; source '${state}' >/dev/null 2>&1 || true; set -euo pipefail\n${text.replace(READERS_OWN, nexus.url)}\n${keep}`
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    cwd: join(DOCS, '..'),
    env: {
      ...process.env,
      PATH: `${join(DOCS, '../node_modules/.bin')}:${process.env.PATH}`,
      DATABASE_URL: nexus.databaseUrl,
      NEXUS_DATA_DIR: nexus.dataDir,
    },
    timeout: SHELL_SECONDS_MAX * 1000,
  })
  return stdout.replaceAll(nexus.url, 'http://127.0.0.1:4000').trim()
}

async function query(nexus: Nexus, text: string, maybeRefused: boolean): Promise<string> {
  try {
    return table(await nexus.sql(text))
  } catch (error) {
    if (maybeRefused) return `ERROR: ${(error as Error).message}`
    throw error
  }
}

function table(rows: Record<string, unknown>[]): string {
  const names = Object.keys(rows[0] ?? {})
  return [names, ...rows.map((row) => names.map((name) => String(row[name])))].map((cells) => cells.join(' | ')).join('\n')
}

/** In what is printed, … stands for anything. */
function expectAlike(answered: string, printed: { language: string; text: string }, where: string): void {
  if (printed.language === 'json') {
    expect(JSON.parse(answered), where).toEqual(expectedOf(JSON.parse(printed.text)))
    return
  }
  const pattern = printed.text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  expect(answered, where).toMatch(new RegExp(`^${pattern.join('[\\s\\S]*?')}$`))
}

function expectedOf(printed: unknown): unknown {
  if (printed === '…') return expect.anything()
  if (typeof printed === 'string' && printed.includes('…'))
    return expect.stringMatching(
      new RegExp(
        `^${printed
          .split('…')
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}$`,
        's',
      ),
    )
  if (Array.isArray(printed)) return printed.map(expectedOf)
  if (printed === null || typeof printed !== 'object') return printed
  return Object.fromEntries(Object.entries(printed).map(([name, value]) => [name, expectedOf(value)]))
}
