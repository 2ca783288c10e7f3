import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdtempSync, realpathSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { LDBC, layOut } from './run-transfer.ts'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')
const dataDir = mkdtempSync(join(tmpdir(), 'nexus-beside-'))
const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', NEXUS_DATA_DIR: dataDir, NEXUS_ADMIN_PASSWORD: 'correct horse' }
let server: ChildProcess | undefined

const nexus = (...args: string[]) => promisify(execFile)(process.execPath, [MAIN, ...args], { env })

afterAll(async () => {
  if (server?.exitCode === null) {
    server.kill('SIGKILL')
    await once(server, 'exit')
  }
  const home = join(dataDir, 'postgres')
  if (lstatSync(home, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(realpathSync(home), { recursive: true, force: true })
  rmSync(dataDir, { recursive: true, force: true })
  try {
    rmdirSync('/var/lib/nexus')
  } catch {
    // It is not there, or holds what is not ours.
  }
})

it('imports and exports by the real command, with no database given, beside a Nexus that runs on it', { timeout: 120_000 }, async () => {
  const url = await startServer()
  const ask = async (query: string, token?: string) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    return (await (await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })).json()) as {
      // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
      data: any
    }
  }
  await nexus('admin', 'create', '--username', 'root', '--email', 'root@mail.test')
  const { data } = await ask('mutation { login(username: "root", password: "correct horse") { token } }')
  const { stdout, stderr } = await nexus('import', '--format', 'ldbc-snb', LDBC)
  expect(stdout).toMatch(/^post_0_0\.csv +5924 +5924 +0 +0$/m)
  expect(stdout).toMatch(/^Imported in [\d.]+ s\.$/m)
  expect(stderr).toBe('Reading 1.0 MB.\n')

  // The server sees it at once: a feed of an imported person, by the admin's token.
  const { user } = (await ask('{ user(username: "ldbc_94") { id followingCount } }')).data
  const { feed } = (await ask(`{ feed(userId: ${user.id}) { author { username } createdAt } }`, data.login.token)).data
  expect(user.followingCount).toBeGreaterThan(0)
  expect(feed).toHaveLength(20)

  const bad = nexus('import', await layOut({ 'users.csv': 'id,username,email\nx,alice,alice@mail.test\n' }))
  await expect(bad).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('users.csv:2: id must be a number') })
  await expect(nexus('import', '/nowhere')).rejects.toMatchObject({ code: 1, stderr: '/nowhere cannot be read as a folder (ENOENT).\n' })

  const exported = await nexus('export', join(await layOut(), 'out'))
  expect(exported.stdout).toMatch(/^posts\.csv +5924 rows$/m)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)

  const exit = once(server as ChildProcess, 'exit')
  server?.kill('SIGTERM')
  expect((await exit)[0]).toBe(0)
})

/** Answers the address once it is ready. */
function startServer(): Promise<string> {
  const started = spawn(process.execPath, [MAIN, 'start'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  server = started
  let output = ''
  return new Promise((resolve, reject) => {
    started.stdout.on('data', (data) => {
      output += data
      const url = /Nexus is ready: (http:\/\/[^/]+)\/graphql/.exec(output)?.[1]
      if (url) resolve(url)
    })
    started.once('exit', () => reject(new Error(`Nexus did not become ready:\n${output}`)))
  })
}
