import { expect, inject, it } from 'vitest'
import { migrate } from '../../src/platform/database/migrate.ts'
import { openDatabase } from '../../src/platform/database/open-database.ts'
import { inDatabase, onServer } from '../database-server.ts'

const PROCESSES = 5

// compose starts api, worker and scheduler at the same moment, on an empty database.
it('several processes that start at once bring an empty database up to date together', async () => {
  const name = `${inject('template')}_at_once`
  await onServer(inject('serverUrl'), `create database ${name}`)
  const settings = { url: inDatabase(inject('serverUrl'), name), prepare: true, readers: 1, writers: 1 }
  const databases = await Promise.all(Array.from({ length: PROCESSES }, () => openDatabase(settings)))
  const applied = await Promise.all(databases.map((database) => migrate(database, 'auto')))
  expect(applied.flat().sort()).toEqual(await appliedBefore())

  await Promise.all(databases.map((database) => database.close()))
  await onServer(inject('serverUrl'), `drop database ${name}`)
})

async function appliedBefore(): Promise<string[]> {
  const { rows } = await onServer(inDatabase(inject('serverUrl'), inject('template')), 'select name from schema_migrations order by name')
  return rows.map(({ name }) => name)
}
