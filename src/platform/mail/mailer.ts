import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Logger } from 'pino'

export interface Mail {
  to: string
  subject: string
  /** Plain text. */
  text: string
}

export interface Mailer {
  send(mail: Mail): Promise<void>
}

const SMTP_TIMEOUT_MS = 10_000

/** Sends by SMTP. A failure is thrown, for the job that sends to be tried again. */
export function openSmtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(
    { url, connectionTimeout: SMTP_TIMEOUT_MS, greetingTimeout: SMTP_TIMEOUT_MS, socketTimeout: SMTP_TIMEOUT_MS },
    { from },
  )
  return {
    send: async (mail) => {
      // Given as text, an address with a comma in it would be read as two.
      await transport.sendMail({ ...mail, to: { name: '', address: mail.to } })
    },
  }
}

/** Writes each mail into a file that only its owner reads. The log names the file, never what is in it: there may be a token. */
export function openFileMailer(directory: string, from: string, log: Pick<Logger, 'info'>): Mailer {
  return {
    send: async (mail) => {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const file = join(directory, `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.eml`)
      const headers = [`From: ${from}`, `To: ${mail.to}`, `Subject: ${mail.subject}`, 'Content-Type: text/plain; charset=utf-8']
      await writeFile(file, `${headers.join('\n')}\n\n${mail.text}`, { mode: 0o600, flag: 'wx' })
      log.info({ file }, 'a mail was written to a file: SMTP_URL is not set')
    },
  }
}
