import pg from 'pg'
import { expect, inject, it, vi } from 'vitest'
import { openReaders } from '../../src/platform/database/readers.ts'
import { firstRow, statement } from '../../src/platform/database/statement.ts'
import { inDatabase } from '../database-server.ts'

const pidOfReader = statement<{ pid: number }>('tests.pid-of-reader', 'select pg_backend_pid() as pid')

it('keeps its new connection when the one before it says goodbye late', async () => {
  const connect = vi.spyOn(pg.Client.prototype, 'connect')
  const readers = openReaders({ url: inDatabase(inject('serverUrl'), 'postgres'), prepare: true }, 1)
  const readPid = async () => (await firstRow(readers, pidOfReader, []))?.pid
  const first = await readPid()
  const firstClient = connect.mock.contexts[0]! as pg.Client
  firstClient.emit('error', new Error('broken'))
  const second = await readPid()
  expect(second).not.toBe(first)

  await firstClient.end() // and so tells its end
  expect(await readPid()).toBe(second)
  expect(connect).toHaveBeenCalledTimes(2)
  await readers.close()
})
