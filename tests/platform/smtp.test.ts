import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { openSmtpMailer } from '../../src/platform/mail/mailer.ts'

it.each(['alice@mail.test', 'x1,bob@mail.test', 'alice@mail.test, bob@mail.test', '<alice@mail.test> bob@mail.test'])(
  'sends a mail to one address, whatever stands in it: %s',
  async (to) => {
    const server = await openSmtpServer()
    const mailer = openSmtpMailer(server.url, 'Nexus <nexus@mail.test>')
    await mailer.send({ to, subject: 'words', text: 'a secret' }).catch(() => undefined)
    const asked = server.lines.filter((line) => line.startsWith('RCPT TO:'))
    expect(asked).toHaveLength(1)
    expect(asked).not.toContain('RCPT TO:<bob@mail.test>')
    await server.close()
  },
)

/** Takes every mail, and keeps what its clients say. */
async function openSmtpServer(): Promise<{ url: string; lines: string[]; close(): Promise<unknown> }> {
  const lines: string[] = []
  const server = createServer((socket) => {
    let inMail = false
    const say = (line: string) => socket.write(`${line}\r\n`)
    say('220 here')
    createInterface(socket).on('line', (line) => {
      lines.push(line)
      if (inMail && line !== '.') return
      inMail = line === 'DATA'
      say(line === 'DATA' ? '354 go on' : line === 'QUIT' ? '221 bye' : '250 ok')
    })
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, lines, close: () => new Promise((resolve) => server.close(resolve)) }
}
