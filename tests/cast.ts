import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import pino from 'pino'
import { inject } from 'vitest'
import { type App, type AppOptions, openApp, type Role } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { deleteQueuesOf } from './broker.ts'
import { inDatabase, onServer } from './database-server.ts'
import { removeKeys } from './redis-keys.ts'

/** An answer of the API as a client sees it. */
export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  data: any
  // biome-ignore lint/suspicious/noExplicitAny: as above
  errors: any[] | undefined
}

/** A Nexus of a test file's own: the real application, in this process, on a database that is a copy of the migrated template. */
export interface Nexus {
  url: string
  databaseUrl: string
  dataDir: string
  app: App
  gql(query: string, options?: { token?: string | undefined; variables?: Record<string, unknown>; operationName?: string }): Promise<Answer>
  /** As gql, and fails when the answer has errors. Answers the data. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  ask(query: string, token?: string, variables?: Record<string, unknown>): Promise<any>
  /** The code of the first error, or undefined. */
  refusal(query: string, token?: string, variables?: Record<string, unknown>): Promise<string | undefined>
  sql<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** Waits until everything announced so far has been worked off; not for what is put off for hours. */
  settle(): Promise<void>
  signUp(username: string): Promise<Person>
  close(): Promise<void>
}

export interface Person {
  id: number
  username: string
  token: string
  refreshToken: string
}

export const PASSWORD = 'correct horse'
const SETTLE_MS_MAX = 25_000

export interface NexusOptions {
  environment?: Record<string, string>
  roles?: Role[]
  /** How long workers wait for this and that, where it is to be shorter than in life. */
  carrierTimes?: AppOptions['carrierTimes'] & object
  /** Another process of the same world: stands on this database, and leaves it there. */
  databaseUrl?: string
}

export async function startNexus({
  environment = {},
  roles = ['api', 'worker', 'scheduler'],
  carrierTimes = {},
  databaseUrl,
}: NexusOptions = {}): Promise<Nexus> {
  const name = `${inject('template')}_${randomUUID().slice(0, 8)}`
  if (!databaseUrl) await onServer(inject('serverUrl'), `create database ${name} template ${inject('template')}`)
  const url = databaseUrl ?? inDatabase(inject('serverUrl'), name)
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-data-'))
  const given = {
    NODE_ENV: 'test',
    PORT: '0',
    NEXUS_DATA_DIR: dataDir,
    DATABASE_URL: url,
    AUTH_SECRET: 'a secret of the tests, the same in all of them',
    REDIS_PREFIX: `${new URL(url).pathname.slice(1)}:`,
  }
  const services = { REDIS_URL: process.env.REDIS_URL, AMQP_URL: process.env.AMQP_URL }
  const app = await openApp(
    readConfig({ ...services, ...given, ...environment }),
    roles,
    pino({ level: environment.LOG_LEVEL ?? 'silent' }),
    { carrierTimes },
  )
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  const apps = appsOn.get(url) ?? new Set()
  appsOn.set(url, apps.add(app))
  // The database is dropped while the last connections of the pool are still saying goodbye.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))

  const gql: Nexus['gql'] = async (query, { token, variables, operationName } = {}) => {
    if (MUTATION.test(query)) hearing.set(url, 'due')
    else await everybodyHasHeard(pool, url)
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables, operationName }),
    })
    const { data, errors } = (await response.json()) as Pick<Answer, 'data' | 'errors'>
    return { status: response.status, headers: response.headers, data, errors }
  }
  const ask: Nexus['ask'] = async (query, token, variables) => {
    const { data, errors } = await gql(query, { token, ...(variables && { variables }) })
    if (errors) throw new Error(`${query.slice(0, 200)} was refused: ${JSON.stringify(errors)}`)
    return data
  }

  return {
    url: app.url,
    databaseUrl: url,
    dataDir,
    app,
    gql,
    ask,
    refusal: async (query, token, variables) =>
      (await gql(query, { token, ...(variables && { variables }) })).errors?.[0]?.extensions?.code,
    sql: async (text, values = []) => {
      const { rows } = await pool.query(text, values)
      if (WRITES.test(text)) await forgetWhatIsKept(pool, url)
      return rows as never
    },
    settle: () => settle(pool),
    signUp: (username) => signUp(ask, username),
    close: async () => {
      apps.delete(app)
      await app.close()
      await pool.end()
      await rm(dataDir, { recursive: true, force: true })
      if (!databaseUrl && services.REDIS_URL) await removeKeys(services.REDIS_URL, given.REDIS_PREFIX)
      if (!databaseUrl && services.AMQP_URL) await deleteQueuesOf(url, services.AMQP_URL)
      if (!databaseUrl) await onServer(inject('serverUrl'), `drop database ${name} with (force)`)
    },
  }
}

const MUTATION = /^\s*mutation\b/
/** Databases in which something was changed that not every process need have heard of: others see it within a second. */
const hearing = new Map<string, Promise<void> | 'due'>()
const HEARD_MS_MAX = 5000

/** Whoever reads after a change waits for the same hearing. A database that does not answer is the request's to tell. */
async function everybodyHasHeard(pool: pg.Pool, url: string): Promise<void> {
  if (hearing.get(url) === 'due')
    hearing.set(
      url,
      hearEverything(pool, url).catch(() => undefined),
    )
  await hearing.get(url)
}

async function hearEverything(pool: pg.Pool, url: string): Promise<void> {
  const warm = [...(appsOn.get(url) ?? [])].flatMap(({ warmFeeds }) => warmFeeds ?? [])
  const until = Date.now() + HEARD_MS_MAX
  while (warm.some(({ rows }) => rows.stands()) && Date.now() < until) {
    const { rows } = await pool.query(
      'select last_value::float8 as last, (select count(*)::int from facts) as facts from broadcast_numbers',
    )
    if (rows[0].facts === 0 && warm.every((each) => !each.rows.stands() || (each.rows.heard() ?? 0) >= rows[0].last)) break
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  // And everybody knows what is under way.
  for (const { heads } of warm) await heads.takePulse()
}

const appsOn = new Map<string, Set<App>>()
const WRITES = /\b(insert into|update|delete from|truncate|table)\s+(users|posts|shares|comments|likes|follows|mutes|blocks|post_counts)\b/i

/** Who writes past every verb raises the epoch, as an import does. */
async function forgetWhatIsKept(pool: pg.Pool, url: string): Promise<void> {
  const warm = [...(appsOn.get(url) ?? [])].flatMap(({ warmFeeds }) => warmFeeds ?? [])
  if (warm.length === 0) return
  await pool.query('select raise_head_epoch()')
  for (const { heads } of warm) await heads.takePulse()
}

/** Brings people on stage, each signed up and signed in. */
export async function cast<Name extends string>(nexus: Nexus, ...names: Name[]): Promise<Record<Name, Person>> {
  const people = {} as Record<Name, Person>
  for (const name of names) people[name] = await nexus.signUp(name)
  return people
}

const SIGN_UP = `mutation ($username: String!, $email: String!, $password: String!) {
  createUser(username: $username, email: $email, password: $password) { user { id username } token refreshToken }
}`

async function signUp(ask: Nexus['ask'], username: string): Promise<Person> {
  const { createUser } = await ask(SIGN_UP, undefined, { username, email: `${username}@mail.test`, password: PASSWORD })
  return { id: Number(createUser.user.id), username, token: createUser.token, refreshToken: createUser.refreshToken }
}

async function settle(pool: pg.Pool): Promise<void> {
  const until = Date.now() + SETTLE_MS_MAX
  for (;;) {
    const { rows } = await pool.query(
      `select (select count(*) from facts)::int
         + (select count(*) from jobs where failed_at is null and next_try_at < now() + interval '1 hour')::int as open`,
    )
    if (rows[0].open === 0) return
    if (Date.now() > until) throw new Error(`${rows[0].open} facts and jobs are still open after ${SETTLE_MS_MAX} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Makes the person an administrator, as the command does. */
export async function promote(nexus: Nexus, person: Person): Promise<void> {
  await nexus.sql(`update users set role = 'admin' where id = $1`, [person.id])
}

/** Publishes a post and answers its id. */
export async function post(nexus: Nexus, author: Person, content: string, visibility: 'PUBLIC' | 'FOLLOWERS' = 'PUBLIC'): Promise<string> {
  const query =
    'mutation ($content: String!, $visibility: Visibility) { createPost(content: $content, visibility: $visibility) { post { id } } }'
  return (await nexus.ask(query, author.token, { content, visibility })).createPost.post.id
}

export async function follow(nexus: Nexus, follower: Person, other: Person): Promise<void> {
  await nexus.ask('mutation ($userId: ID!) { followUser(userId: $userId) { user { id } } }', follower.token, { userId: other.id })
}
