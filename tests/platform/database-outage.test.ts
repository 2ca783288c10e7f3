import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { statement } from '../../src/platform/database/statement.ts'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'
import { type DatabaseProxy, openDatabaseProxy } from './database-proxy.ts'
import { makeDatabase, type OwnDatabase } from './own-database.ts'

let own: OwnDatabase
let proxy: DatabaseProxy
let nexus: Nexus
let alice: Person
beforeAll(async () => {
  own = await makeDatabase('migrated')
  proxy = await openDatabaseProxy(own.url)
  nexus = await startNexus({ databaseUrl: own.url, environment: { DATABASE_URL: proxy.url } })
  alice = (await cast(nexus, 'alice')).alice
  await nexus.settle() // a job that is cut off waits for its lease to end
})
afterAll(async () => {
  await nexus.close()
  await proxy.close()
  await own.drop()
})

const READ = '{ publicFeed { edges { node { id } } } }'
const WRITE = 'mutation { createPost(content: "words") { post { id } } }'
const isReady = async () => (await fetch(`${nexus.url}/readyz`)).status

it('answers 503 while the database is gone, and by itself goes on when it is back', async () => {
  expect(await isReady()).toBe(200)
  for (let outage = 0; outage < 2; outage += 1) {
    await proxy.cut()
    for (const [query, token] of [
      [READ, undefined],
      [READ, alice.token],
      ['{ me { id } }', alice.token],
      [WRITE, alice.token],
      ['mutation { login(username: "alice", password: "words") { token } }', undefined],
    ] as const) {
      const { status, headers, errors } = await nexus.gql(query, { token })
      expect([status, errors?.[0].extensions.code, errors?.[0].extensions.retryAfter], query).toEqual([503, 'UNAVAILABLE', 1])
      expect(headers.get('retry-after')).toBe('1')
      expect(errors?.[0].message).not.toMatch(/ECONN|127\.0\.0\.1|postgres/i)
    }
    const ready = await fetch(`${nexus.url}/readyz`)
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '1'])
    expect((await fetch(`${nexus.url}/livez`)).status).toBe(200)

    await proxy.mend()
    expect(await isReady()).toBe(200)
    expect((await nexus.gql(READ)).errors).toBeUndefined()
    expect((await nexus.gql(WRITE, { token: alice.token })).errors).toBeUndefined()
  }
  await nexus.ask('mutation { requestPasswordReset(email: "alice@mail.test") }')
  await nexus.settle() // the worker too
})

it('answers everything that is under way when the connections break', async () => {
  const answers = Array.from({ length: 40 }, (_, index) => nexus.gql(index % 4 ? READ : WRITE, { token: alice.token }))
  await new Promise((resolve) => setTimeout(resolve, 5))
  await proxy.cut()
  await proxy.mend()
  const codes = (await Promise.all(answers)).map(({ errors }) => errors?.[0].extensions.code)
  expect(new Set(codes).difference(new Set([undefined, 'UNAVAILABLE']))).toEqual(new Set())
  expect((await nexus.gql(WRITE, { token: alice.token })).errors).toBeUndefined()
})

it('lives on when its connection breaks in the middle of a transaction, and nothing of that is kept', async () => {
  const { database } = nexus.app
  const broken = database.transaction(async (tx) => {
    await tx.rows(insert, [])
    await proxy.cut()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await tx.rows(insert, [])
  })
  await expect(broken).rejects.toMatchObject({ name: 'Unavailable' })
  await proxy.mend()
  expect(await nexus.sql(`select from facts where name = 'test.written'`)).toEqual([])
  expect((await nexus.gql(WRITE, { token: alice.token })).errors).toBeUndefined()
})

const sleep = statement<never>(`test.sleep-${randomBytes(4).toString('hex')}`, 'select pg_sleep($1)')
const insert = statement<never>(
  `test.write-${randomBytes(4).toString('hex')}`,
  `insert into facts (name, payload) values ('test.written', '{}')`,
)

it('ends a transaction that takes over 2 s, undoes it, and says UNAVAILABLE', async () => {
  const { database } = nexus.app
  const began = Date.now()
  const slowInSql = database.transaction(async (tx) => {
    await tx.rows(insert, [])
    await tx.rows(sleep, [5])
  })
  const slowInCode = database.transaction(async (tx) => {
    await tx.rows(insert, [])
    await new Promise((resolve) => setTimeout(resolve, 2600))
  })
  await Promise.all([slowInSql, slowInCode].map((slow) => expect(slow).rejects.toMatchObject({ name: 'Unavailable' })))
  expect(Date.now() - began).toBeLessThan(4000)
  const left = await nexus.sql(`select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`)
  expect(left, 'no transaction stays open').toEqual([])
  expect(await nexus.sql(`select from facts where name = 'test.written'`)).toEqual([])
})

it('tells a client of such a transaction, and has the connection for the next', async () => {
  // Whoever writes this post waits for a lock that is not given.
  await nexus.sql('create function wait_long() returns trigger language plpgsql as $$ begin perform pg_sleep(5); return new; end $$')
  await nexus.sql('create trigger wait_long before insert on posts for each row execute function wait_long()')
  const answers = await Promise.all(Array.from({ length: 8 }, () => nexus.gql(WRITE, { token: alice.token })))
  for (const { status, headers, errors } of answers) {
    expect([status, errors?.[0].extensions.code]).toEqual([503, 'UNAVAILABLE'])
    expect(headers.get('retry-after')).toBe('1')
  }
  await nexus.sql('drop trigger wait_long on posts')
  expect((await nexus.gql(WRITE, { token: alice.token })).errors).toBeUndefined()
})
