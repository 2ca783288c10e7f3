import { glob } from 'node:fs/promises'
import { resolve } from 'node:path'
import pg from 'pg'
import { expect, inject, it } from 'vitest'
import { declaredStatements } from '../../src/platform/database/statement.ts'
import { inDatabase } from '../database-server.ts'

const SOURCE = resolve(import.meta.dirname, '../../src')

it('declares no statement that the migrated schema does not know', async () => {
  for await (const file of glob('{domain,platform,transfer}/**/*.ts', { cwd: SOURCE })) await import(resolve(SOURCE, file))
  await import('../../src/app.ts')
  const statements = declaredStatements()
  expect(statements.length).toBeGreaterThan(80)
  const wrong: string[] = []
  const client = new pg.Client({ connectionString: inDatabase(inject('serverUrl'), inject('template')) })
  await client.connect()
  try {
    for (const { name, text } of statements)
      await client.query(`prepare "${name}" as ${text}`).catch((error: Error) => wrong.push(`${name}: ${error.message}`))
    const { rows } = await client.query('select name from pg_prepared_statements')
    expect(rows.length + wrong.length).toBe(statements.length)
  } finally {
    await client.end()
  }
  expect(wrong).toEqual([])
})

it('names each after the room that declares it', async () => {
  for (const { name } of declaredStatements()) expect(name).toMatch(/^[a-z]+\.[a-z0-9-]+$/)
})
