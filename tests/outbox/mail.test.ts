import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type App, openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { poke } from '../../src/platform/outbox/poke.ts'
import { type Nexus, PASSWORD, startNexus } from '../cast.ts'

/** The worker's log, at its most talkative, is kept here. */
const logged: string[] = []

let nexus: Nexus
let worker: App
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
  const keep = new Writable({
    write: (chunk, _, done) => {
      logged.push(String(chunk))
      done()
    },
  })
  const environment = {
    NODE_ENV: 'test',
    PORT: '0',
    NEXUS_DATA_DIR: nexus.dataDir,
    DATABASE_URL: nexus.databaseUrl,
    AMQP_URL: process.env.AMQP_URL,
    AUTH_SECRET: 'x'.repeat(40),
  }
  worker = await openApp(readConfig(environment), ['worker'], pino({ level: 'trace' }, keep))
})
afterAll(async () => {
  await worker.close()
  await nexus.close()
})

it('writes each mail into a file that its owner alone reads, and names the file in the log, never the token', async () => {
  const alice = await nexus.signUp('alice')
  await nexus.ask('mutation { requestPasswordReset(email: "Alice@mail.test") }')
  await nexus.settle()
  const folder = join(nexus.dataDir, 'mail')
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  const files = await readdir(folder)
  const mails = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  expect(mails.map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1]).sort()).toEqual(['Set a new password', 'Verify your address'])
  for (const file of files) {
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600)
    expect(logged.join('')).toContain(file)
  }
  const tokens = mails.map((mail) => /^[\w-]{43}$/m.exec(mail)?.[0])
  for (const [index, token] of tokens.entries()) {
    expect(token, mails[index]).toBeDefined()
    expect(logged.join('')).not.toContain(token)
    expect(mails[index]).toContain('To: alice@mail.test')
  }

  // They are the tokens that work.
  const reset = tokens[mails.findIndex((mail) => mail.includes('Set a new password'))]
  const verify = tokens[mails.findIndex((mail) => mail.includes('Verify your address'))]
  const { verifyEmail } = await nexus.ask(`mutation { verifyEmail(token: "${verify}") { user { id } } }`)
  expect(verifyEmail.user.id).toBe(String(alice.id))
  const { resetPassword } = await nexus.ask(
    `mutation { resetPassword(token: "${reset}", newPassword: "${PASSWORD}!") { user { emailVerified } } }`,
  )
  expect(resetPassword.user.emailVerified).toBe(true)
})

it('keeps tokens out of the log when a mail cannot be sent', async () => {
  await nexus.sql(`insert into jobs (name, payload) values ('accounts.send-password-reset', '{"email": {"token": "zinnober"}}')`)
  poke(['prompt'])
  await expect.poll(() => logged.join('')).toContain('a job failed and will be tried again')
  expect(logged.join('')).not.toContain('zinnober')
  await nexus.sql('delete from jobs')
})
