import { readdir } from 'node:fs/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrate } from '../../src/platform/database/migrate.ts'
import { type Database, openDatabase } from '../../src/platform/database/open-database.ts'
import { describeSchema } from '../../tools/write-schema.ts'
import { onServer } from '../database-server.ts'
import { makeDatabase, type OwnDatabase } from './own-database.ts'

const names = (await readdir(new URL('../../migrations/', import.meta.url))).filter((file) => file.endsWith('.sql')).sort()

let own: OwnDatabase
let opened: Database[]
beforeEach(async () => {
  own = await makeDatabase('empty')
  opened = []
})
afterEach(async () => {
  await Promise.all(opened.map((database) => database.close()))
  await own.drop()
})

async function open(): Promise<Database> {
  const database = await openDatabase({ url: own.url, prepare: true, readers: 1, writers: 1 })
  opened.push(database)
  return database
}

const sql = async (text: string) => (await onServer(own.url, text)).rows

async function readSchema(): Promise<string> {
  const client = new pg.Client({ connectionString: own.url })
  await client.connect()
  return describeSchema(client).finally(() => client.end())
}

it('applies all in their order, remembers each, and does nothing a second time', async () => {
  const database = await open()
  expect(await migrate(database, 'auto')).toEqual(names)
  const schema = await readSchema()
  const remembered = await sql('select name from schema_migrations order by version')
  expect(remembered.map(({ name }) => name)).toEqual(names)
  expect(await migrate(database, 'auto')).toEqual([])
  expect(await migrate(database, 'never')).toEqual([])
  expect(await readSchema()).toBe(schema)
})

it('applies each once when several processes start at once', async () => {
  const databases = await Promise.all(Array.from({ length: 5 }, open))
  const applied = await Promise.all(databases.map((database) => migrate(database, 'auto')))
  expect(applied.flat().sort()).toEqual(names)
  expect((await sql('select count(*)::int from schema_migrations'))[0].count).toBe(names.length)
})

it('goes on where an earlier version of Nexus has ended', async () => {
  const database = await open()
  await migrate(database, 'auto')
  const schema = await readSchema()
  await sql(`drop table imported_ids; delete from schema_migrations where name like '%imports%'`)
  expect(await migrate(database, 'auto')).toEqual(names.filter((name) => name.includes('imports')))
  expect(await readSchema()).toBe(schema)
})

it('refuses a database to which a migration was applied that was edited since, and changes nothing', async () => {
  const database = await open()
  await migrate(database, 'auto')
  await sql(
    `update schema_migrations set checksum = 'other' where version = 2; delete from schema_migrations where version = 8; drop table imported_ids`,
  )
  const schema = await readSchema()
  for (const mode of ['auto', 'never'] as const)
    await expect(migrate(database, mode)).rejects.toThrow(`migrations/${names[1]} is not what was applied to this database.`)
  expect(await readSchema()).toBe(schema)
})

it('refuses an old schema with one sentence where NEXUS_MIGRATE is never, and leaves it as it is', async () => {
  const database = await open()
  const refusal = migrate(database, 'never')
  await expect(refusal).rejects.toThrow(
    `The database lacks ${names.length} migrations and NEXUS_MIGRATE=never forbids them here: run "nexus migrate" first.`,
  )
  await expect(refusal).rejects.toMatchObject({ name: 'StartupError' })
  expect(await sql(`select tablename from pg_tables where schemaname = 'public'`)).toEqual([])
})

it('undoes a migration that fails, keeps those before it, and goes on once that is mended', async () => {
  const database = await open()
  await sql('create table mutes (in_the_way int)')
  await expect(migrate(database, 'auto')).rejects.toThrow(`migrations/${names[2]} failed: relation "mutes" already exists`)
  expect((await sql('select name from schema_migrations order by version')).map(({ name }) => name)).toEqual(names.slice(0, 2))
  expect((await sql(`select to_regclass('follows') as there`))[0].there, 'what came before it in the same migration').toBeNull()
  await sql('drop table mutes')
  expect(await migrate(database, 'auto')).toEqual(names.slice(2))
})
