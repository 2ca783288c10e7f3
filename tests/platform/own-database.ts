import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { inDatabase, onServer } from '../database-server.ts'

export interface OwnDatabase {
  url: string
  drop(): Promise<void>
}

/** A database of a test's own, empty or a copy of the migrated template. */
export async function makeDatabase(kind: 'empty' | 'migrated'): Promise<OwnDatabase> {
  const name = `${inject('template')}_${randomUUID().slice(0, 8)}`
  await onServer(inject('serverUrl'), `create database ${name} template ${kind === 'empty' ? 'template1' : inject('template')}`)
  return {
    url: inDatabase(inject('serverUrl'), name),
    drop: async () => void (await onServer(inject('serverUrl'), `drop database ${name} with (force)`)),
  }
}
