import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { poke } from '../../src/platform/outbox/poke.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { CARRIERS } from './carriers.ts'
import { addMailJobs, addUsers, countMails, readJobs } from './job-rows.ts'
import { settled } from './settled.ts'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')

describe.each(CARRIERS)('a worker that is killed, $name', ({ environment }) => {
  let nexus: Nexus
  let mailServer: Server
  const children: ChildProcess[] = []
  beforeAll(async () => {
    nexus = await startNexus({ roles: [], environment })
    mailServer = createServer(() => {}).listen(0, '127.0.0.1') // takes a connection and says nothing: whoever sends mail by it, waits
    await once(mailServer, 'listening')
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    mailServer.close()
    await nexus.close()
  })

  function startWorker(): ChildProcess {
    const env = {
      PATH: process.env.PATH,
      PORT: '0',
      NEXUS_DATA_DIR: nexus.dataDir,
      DATABASE_URL: nexus.databaseUrl,
      SMTP_URL: `smtp://127.0.0.1:${(mailServer.address() as AddressInfo).port}`,
      MAIL_FROM: 'nexus@mail.test',
      ...environment,
    }
    const child = spawn(process.execPath, [MAIN, 'start', '--roles', 'worker'], { env, stdio: 'ignore' })
    children.push(child)
    return child
  }

  it('half way through a job leaves it to another, who takes it when the lease has ended, and not before', async () => {
    await addUsers(nexus, ['alice', 'bob'])
    const killed = startWorker()
    const sendingMail = once(mailServer, 'connection')
    await addMailJobs(nexus, ['alice'])
    const [socket] = await sendingMail
    socket.on('error', () => {})
    killed.kill('SIGKILL')
    await once(killed, 'exit')

    const other = await startNexus({ roles: ['worker'], environment, databaseUrl: nexus.databaseUrl })
    try {
      await addMailJobs(nexus, ['bob'])
      const left = await settled(
        () => readJobs(nexus),
        (jobs) => jobs.length === 1,
      )
      expect(left, 'the lease of the dead still holds').toMatchObject([{ attempts: 1, failed: false }])
      expect(await countMails(other)).toBe(1)
      await nexus.sql('update jobs set lease_until = now(), next_try_at = now()') // its minute is over
      poke(['prompt'])
      await nexus.settle()
      expect(await countMails(other)).toBe(2)
    } finally {
      await other.close()
    }
  })
})
