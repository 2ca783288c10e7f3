import pino, { type Logger, type LoggerOptions } from 'pino'
import pretty from 'pino-pretty'

/** Opens the log on standard output: plain lines for a person at a terminal, JSON lines for everything else. Secrets are cut out of both. */
export function openLog(level: LoggerOptions['level']): Logger {
  const options: LoggerOptions = {
    level: level ?? 'info',
    base: { pid: process.pid },
    redact: {
      paths: ['req.headers.authorization', 'password', 'token', 'refreshToken', '*.password', '*.token', '*.refreshToken'],
      censor: '********',
    },
  }
  return process.stdout.isTTY ? pino(options, pretty({ sync: true, ignore: 'pid', translateTime: 'HH:MM:ss' })) : pino(options)
}
