import { closeSync, constants, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs'
import type { Home } from './choose-home.ts'

const LOG_BYTES_MAX = 5 * 1024 * 1024
const LOG_CHECK_EVERY_MS = 60_000
const TAIL_BYTES_MAX = 4096
const TAIL_LINES_MAX = 4

/** Opens the server's log for a new server to write to, and says where it begins. */
export function openServerLog(home: Home): { fd: number; offset: number } {
  const fd = openSync(home.serverLog, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW, 0o600)
  return { fd, offset: fstatSync(fd).size }
}

/** The last lines that the server wrote since then, in one line, without their times. */
export function readServerLog(home: Home, offset: number): string {
  const fd = openSync(home.serverLog, 'r')
  const size = fstatSync(fd).size
  const from = Math.max(offset, size - TAIL_BYTES_MAX)
  const bytes = Buffer.alloc(Math.max(0, size - from))
  readSync(fd, bytes, 0, bytes.length, from)
  closeSync(fd)

  return inOneLine(bytes.toString('utf8').trim().split('\n').slice(-TAIL_LINES_MAX))
}

/** PostgreSQL's words as a part of a sentence, without times and process numbers. */
export function inOneLine(lines: string[]): string {
  return lines.map((line) => line.replace(/^[\d-]+ [\d:.]+ \w+ \[\d+\] /, '').trim()).join('; ')
}

/** Keeps the server's log to LOG_BYTES_MAX and one older piece of that size. The server appends, so that it goes on in the emptied file. */
export function keepLogBounded(home: Home): () => void {
  const trim = () => {
    try {
      if (statSync(home.serverLog).size <= LOG_BYTES_MAX) return
      copyFileSync(home.serverLog, `${home.serverLog}.1`)
      truncateSync(home.serverLog)
    } catch {
      // The log matters less than what runs: a full disk or a removed file is tried again in a minute.
    }
  }
  trim()
  const timer = setInterval(trim, LOG_CHECK_EVERY_MS).unref()
  return () => clearInterval(timer)
}
