import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { expect, inject, it } from 'vitest'
import { describeSchema, SCHEMA_FILE } from '../../tools/write-schema.ts'
import { inDatabase, onServer } from '../database-server.ts'

it('keeps in schema.sql what the migrations give, on every version of PostgreSQL', async () => {
  const migrated = await inOwnDatabase(inject('template'), describeSchema)
  expect(migrated, 'schema.sql is old: run "npm run schema" and commit it').toBe(await readFile(SCHEMA_FILE, 'utf8'))
})

it('makes the same schema from schema.sql alone', async () => {
  const text = await readFile(SCHEMA_FILE, 'utf8')
  const loaded = await inOwnDatabase('template1', async (client) => {
    await client.query(text)
    return describeSchema(client)
  })
  expect(loaded).toBe(text)
})

async function inOwnDatabase(template: string, work: (client: pg.Client) => Promise<string>): Promise<string> {
  const name = `${inject('template')}_${randomUUID().slice(0, 8)}`
  await onServer(inject('serverUrl'), `create database ${name} template ${template}`)
  const client = new pg.Client({ connectionString: inDatabase(inject('serverUrl'), name) })
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end()
    await onServer(inject('serverUrl'), `drop database ${name} with (force)`)
  }
}
