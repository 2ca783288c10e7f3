import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, vi } from 'vitest'
import { demo } from '../../src/commands/demo.ts'
import { exportFolder } from '../../src/commands/export.ts'
import { importFolder } from '../../src/commands/import.ts'
import type { Nexus } from '../cast.ts'

export const LDBC = new URL('../data/ldbc-snb', import.meta.url).pathname
export const PUBLIC_URL = 'https://nexus.test'

/** What a command said, and the code that it leaves for the process. */
export interface Said {
  out: string
  err: string
  code: number
}

interface ImportOptions {
  format?: string
  strict?: boolean
  withSecrets?: boolean
}

/** Runs the command's own function on a Nexus's database. */
export function runImport(nexus: Nexus, folder: string, { format = 'nexus', strict = false, withSecrets = false }: ImportOptions = {}) {
  return say(nexus, () => importFolder(folder, { format, strict, withSecrets }))
}

export function runExport(nexus: Nexus, folder: string, { withSecrets = false } = {}) {
  return say(nexus, () => exportFolder(folder, { withSecrets }))
}

export function runDemo(nexus: Nexus) {
  return say(nexus, demo)
}

async function say(nexus: Nexus, run: () => Promise<void>): Promise<Said> {
  const said = { out: '', err: '' }
  const listen = (to: 'out' | 'err') => (text: string | Uint8Array) => {
    said[to] += text
    return true
  }
  vi.stubEnv('DATABASE_URL', nexus.databaseUrl)
  vi.stubEnv('NEXUS_DATA_DIR', nexus.dataDir)
  vi.stubEnv('PUBLIC_URL', PUBLIC_URL)
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(listen('out'))
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(listen('err'))
  try {
    await run()
    return { ...said, code: Number(process.exitCode ?? 0) }
  } finally {
    process.exitCode = 0
    out.mockRestore()
    err.mockRestore()
    vi.unstubAllEnvs()
  }
}

const folders: string[] = []

/** A new folder with these files, removed when the tests of the file are over. */
export async function layOut(files: Record<string, string | Uint8Array> = {}): Promise<string> {
  if (folders.length === 0) afterAll(removeFolders)
  const folder = await mkdtemp(join(tmpdir(), 'nexus-transfer-'))
  folders.push(folder)
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  return folder
}

async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
}

/** The lines of the bad rows, as they were printed. */
export function badRows({ err }: Said): string[] {
  return err.split('\n').filter((line) => /^\w+\.csv:\d+: /.test(line))
}

/** The cells of a file's line in the summary: rows, added, already there, bad. */
export function summaryOf({ out }: Said, file: string): number[] {
  const line = out.split('\n').find((text) => text.startsWith(`${file} `))
  return (line ?? '').trim().split(/\s+/).slice(1).map(Number)
}

const TABLES = [
  ...[
    'users',
    'user_counts',
    'follows',
    'blocks',
    'mutes',
    'posts',
    'post_tags',
    'post_edits',
    'post_counts',
    'comments',
    'comment_counts',
  ],
  ...['likes', 'comment_likes', 'shares', 'reports', 'imported_ids', 'facts', 'jobs'],
]

/** Everything that the database holds: one text a table, the same for the same rows. */
export async function contentsOf(nexus: Nexus): Promise<Record<string, string>> {
  const contents: Record<string, string> = {}
  for (const table of TABLES) {
    const [row] = await nexus.sql(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, e'\\n' order by t::text)), '') as text from ${table} t`,
    )
    contents[table] = row?.text
  }
  return contents
}

/** An id of the kind (1 a post, 2 a share, 3 a comment) for an instant. */
export function idAt(kind: 1 | 2 | 3, instant: string, counter = 0): number {
  return (Date.parse(instant) - Date.UTC(2000, 0, 1)) * 4096 + kind * 1024 + counter
}
