import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { PASSWORD } from '../cast.ts'
import { onServer } from '../database-server.ts'
import { makeDatabase, type OwnDatabase } from './own-database.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const NEXUS = [process.execPath, 'src/main.ts', 'start'] as const
const NPM = ['npm', 'start'] as const
const SLOW_SECONDS = 1

interface Started {
  child: ChildProcess
  url: string
  output(): string
  /** The exit code; null when it was ended by a signal. */
  exited: Promise<number | null>
}

let own: OwnDatabase
let dataDir: string
let children: ChildProcess[]
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-stop-'))
  children = []
})
afterEach(async () => {
  for (const child of children) killGroup(child)
  await own.drop()
  await rm(dataDir, { recursive: true, force: true })
})

/** Ends the process and whatever it has started and left behind. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // They have all ended.
  }
}

/** Starts Nexus as a process, as a terminal does in a group of its own, and answers when it says that it is ready. */
async function start(
  environment: Record<string, string> = {},
  [command, ...args]: readonly [string, ...string[]] = NEXUS,
): Promise<Started> {
  const env = { PATH: process.env.PATH, NODE_ENV: 'test', PORT: '0', NEXUS_DATA_DIR: dataDir, DATABASE_URL: own.url, ...environment }
  const child = spawn(command, args, { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  children.push(child)
  let output = ''
  const ready = new Promise<string>((found, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data
        const url = /Nexus is ready: (http:\/\/[^/]+)\//.exec(output)?.[1]
        if (url) found(url)
      })
    }
    child.once('exit', () => failed(new Error(`it did not start: ${output}`)))
  })
  const exited = once(child, 'exit').then(([code]) => code)
  return { child, url: await ready, output: () => output, exited }
}

async function ask({ url }: Started, query: string, token?: string): Promise<{ status: number; body: string }> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return { status: response.status, body: await response.text() }
}

async function signUp(nexus: Started): Promise<string> {
  const { body } = await ask(
    nexus,
    `mutation { createUser(username: "alice", email: "alice@mail.test", password: "${PASSWORD}") { token } }`,
  )
  return JSON.parse(body).data.createUser.token
}

/** From now on a post takes its time. */
const slowDown = (seconds = SLOW_SECONDS) =>
  onServer(
    own.url,
    `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(${seconds}); return new; end $$;
     create trigger slow before insert on posts for each row execute function slow()`,
  )

const POST = 'mutation { createPost(content: "words") { post { id } } }'
const underWay = () => onServer(own.url, `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`)

it('answers what is under way when it is told to stop, takes nothing new, and exits with 0', async () => {
  own = await makeDatabase('empty')
  const nexus = await start()
  const token = await signUp(nexus)
  await slowDown()
  // A browser opens connections ahead of need; they must not hold up the stop.
  const idle = connect(Number(new URL(nexus.url).port), '127.0.0.1')
  idle.on('error', () => {})
  const answers = Array.from({ length: 5 }, () => ask(nexus, POST, token))
  await expect.poll(async () => (await underWay()).rowCount).toBe(5)
  nexus.child.kill('SIGTERM')
  await expect.poll(() => nexus.output()).toContain('stopping')
  await expect(ask(nexus, '{ me { id } }')).rejects.toThrow()
  for (const { status, body } of await Promise.all(answers)) {
    expect(status).toBe(200)
    expect(JSON.parse(body).errors).toBeUndefined()
  }
  expect(await nexus.exited).toBe(0)
  expect((await onServer(own.url, 'select from posts')).rowCount).toBe(5)
  const left = await onServer(own.url, `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
  expect(left.rowCount, 'no connection is left behind').toBe(0)
  idle.destroy()
})

it.each(['SIGTERM', 'SIGINT'] as const)('exits with 0 at %s where nothing is under way', async (signal) => {
  own = await makeDatabase('migrated')
  const nexus = await start()
  nexus.child.kill(signal)
  expect(await nexus.exited).toBe(0)
  expect(nexus.output()).toContain('stopped')
})

it('stops as well where npm started it and npm is told to', async () => {
  own = await makeDatabase('migrated')
  const npm = await start({}, NPM)
  const token = await signUp(npm)
  await slowDown()
  const answer = ask(npm, POST, token)
  await expect.poll(async () => (await underWay()).rowCount).toBe(1)
  npm.child.kill('SIGTERM')
  expect((await answer).status).toBe(200)
  expect(await npm.exited, 'npm waits for it').toBe(0)
  expect(npm.output()).toContain('stopped')
})

it('takes Ctrl-C for one signal, though npm passes on what the terminal has sent to both', async () => {
  own = await makeDatabase('migrated')
  const npm = await start({}, NPM)
  const token = await signUp(npm)
  await slowDown()
  const answer = ask(npm, POST, token)
  await expect.poll(async () => (await underWay()).rowCount).toBe(1)
  process.kill(-npm.child.pid!, 'SIGINT')
  expect((await answer).status).toBe(200)
  expect(await npm.exited).toBe(0)
  expect(npm.output()).toContain('stopped')
})

it('is forced by a second signal, and what was under way is undone', async () => {
  own = await makeDatabase('migrated')
  const nexus = await start()
  const token = await signUp(nexus)
  await slowDown(3)
  const answer = ask(nexus, POST, token).catch(() => undefined)
  await expect.poll(async () => (await underWay()).rowCount).toBe(1)
  nexus.child.kill('SIGTERM')
  await expect.poll(() => nexus.output()).toContain('stopping')
  // Right after the first one it is taken for the same.
  const signalAgain = () => {
    nexus.child.kill('SIGTERM')
    return nexus.child.exitCode
  }
  await expect.poll(signalAgain, { timeout: 2500 }).toBe(1)
  expect(await answer).toBeUndefined()
  await expect.poll(async () => (await underWay()).rowCount, { timeout: 5000 }).toBe(0)
  expect((await onServer(own.url, 'select from posts')).rowCount).toBe(0)
})

it('gives up with a sentence when what is under way does not end in time', async () => {
  own = await makeDatabase('migrated')
  const nexus = await start({ DRAIN_SECONDS: '0' })
  const token = await signUp(nexus)
  await slowDown()
  const answer = ask(nexus, POST, token).catch(() => undefined)
  await expect.poll(async () => (await underWay()).rowCount).toBe(1)
  nexus.child.kill('SIGTERM')
  expect(await nexus.exited).toBe(1)
  expect(nexus.output()).toContain('what was under way did not end within 0 s')
  await answer
})

it('migrates an empty database once where two start on it at once', async () => {
  own = await makeDatabase('empty')
  const both = await Promise.all([start({ AUTH_SECRET: 'x'.repeat(40) }), start({ AUTH_SECRET: 'x'.repeat(40) })])
  const applied = both
    .map(({ output }) => output())
    .join('')
    .match(/\d{4}-[a-z-]+\.sql/g)
  const remembered = await onServer(own.url, 'select name from schema_migrations order by name')
  expect(applied?.sort()).toEqual(remembered.rows.map(({ name }) => name))
  for (const { child, exited } of both) {
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
  }
})

it('refuses to start with one sentence, and exits with 1', async () => {
  own = await makeDatabase('empty')
  const refused = (environment: Record<string, string>) =>
    start(environment).then(
      () => 'it started',
      (error: Error) => error.message,
    )
  expect(await refused({ NEXUS_MIGRATE: 'never' })).toMatch(
    /^it did not start: The database lacks \d+ migrations and NEXUS_MIGRATE=never [^\n]+\n$/,
  )
  expect(await refused({ PORT: 'four' })).toMatch(/^it did not start: PORT: [^\n]+\n$/)
  expect(await refused({ DATABASE_URL: 'postgres://127.0.0.1:1/none' })).toMatch(
    /^it did not start: The database does not answer [^\n]+\n$/,
  )
  for (const child of children) expect(child.exitCode).toBe(1)
  expect((await onServer(own.url, `select from pg_tables where schemaname = 'public'`)).rowCount).toBe(0)
})

it('names HOST in one sentence where it is no address', async () => {
  own = await makeDatabase('migrated')
  for (const HOST of ['999.1.1.1', 'nohost.invalid']) {
    const refused = start({ HOST }).catch((error: Error) => error.message)
    expect(await refused).toMatch(/^it did not start: HOST: [^\n]+ \(E[A-Z]+\)\.\n$/)
  }
})

it('sends nobody to a playground that is switched off', async () => {
  own = await makeDatabase('migrated')
  const rootOf = ({ url }: Started) => fetch(url, { redirect: 'manual' })
  const [shown, hidden] = [await start(), await start({ GRAPHQL_PLAYGROUND: 'off' })]
  expect([shown.output(), hidden.output()]).toEqual([expect.stringContaining('browser'), expect.not.stringContaining('browser')])
  expect([(await rootOf(shown)).status, (await rootOf(hidden)).status]).toEqual([302, 404])
})
