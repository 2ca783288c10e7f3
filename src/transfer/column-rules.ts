import { instantOfId, kindOfId, parseId, parseUserId } from '../platform/ids.ts'
import { refuseInput } from '../refusals.ts'
import type { Column, Field } from './file-format.ts'

/** Leaves room for those who sign up after an import: the next user's id follows the greatest. */
const USER_ID_MAX = 2_000_000_000
const FIRST_INSTANT_MS = Date.UTC(2000, 0, 1)

/** The id of a user. */
export function userId(name: string): Column {
  const read = (field: Field) => {
    const id = parseUserId(field ?? '')
    if (id === undefined || id > USER_ID_MAX) throw refuseInput(name, `${name} must be a number from 1 to ${USER_ID_MAX}.`)
    return String(id)
  }
  return { name, type: 'int', required: true, read }
}

/** The id of a post, share or comment, which says what it is the id of, and when that was made. */
export function contentId(name: string, kind: 'post' | 'share' | 'comment', now: Date): Column {
  const read = (field: Field) => {
    const id = parseId(field ?? '')
    if (id === undefined) throw refuseInput(name, `${name} must be a number of at most 53 bits.`)
    if (kindOfId(id) !== kind) throw refuseInput(name, `${name} is not the id of a ${kind}.`)
    refuseInstant(name, instantOfId(id).getTime(), now)
    return String(id)
  }
  return { name, type: 'bigint', required: true, read }
}

/** An instant, to the microsecond: 2026-11-23T01:05:51.123456Z. */
export function instant(name: string, now: Date): Column {
  const read = (field: Field) => {
    const ms = parseInstant(field ?? '')
    if (ms === undefined) throw refuseInput(name, `${name} must be an instant in UTC, like 2026-11-23T01:05:51.123Z.`)
    refuseInstant(name, ms, now)
    return field
  }
  return { name, type: 'timestamptz', required: true, read }
}

/** Milliseconds since 1970, or undefined. Days that do not exist are none. */
export function parseInstant(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(text)) return undefined
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 19)) ? ms : undefined
}

export function refuseInstant(name: string, ms: number, now: Date): void {
  if (ms < FIRST_INSTANT_MS) throw refuseInput(name, `${name} lies before the year 2000.`)
  if (ms > now.getTime()) throw refuseInput(name, `${name} lies in the future.`)
}

/** A text that must be there, as one of the domain's rules takes it; an empty field is the empty text. */
export function text(name: string, accept: (value: string) => string): Column {
  return { name, type: 'text', required: true, read: (field) => accept(field ?? '') }
}

/** One of a few words; an empty field is the first of them. */
export function choice(name: string, type: Column['type'], words: readonly [string, ...string[]]): Column {
  const read = (field: Field) => {
    const word = field ?? words[0]
    if (!words.includes(word)) throw refuseInput(name, `${name} must be one of ${words.join(', ')}.`)
    return word
  }
  return { name, type, required: false, read }
}

/** The same column where it may be empty or missing: empty is null. */
export function optional(column: Column): Column {
  return { ...column, required: false, read: (field) => (field === null ? null : column.read(field)) }
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/
/** What one sign-in may cost: far beyond what Nexus itself asks for, and far below what would stop a server. */
const MEMORY_KIB_MAX = 262_144
const PASSES_MAX = 16

/** A password's hash, an argon2id PHC string. Without `--with-secrets` it is not even looked at. */
export function passwordHash(name: string, withSecrets: boolean): Column {
  const read = (field: Field) => {
    if (!withSecrets || field === null) return null
    const [, memory, passes, lanes] = PHC.exec(field) ?? []
    const fits =
      Number(memory) >= 8 * Number(lanes) && Number(memory) <= MEMORY_KIB_MAX && Number(passes) >= 1 && Number(passes) <= PASSES_MAX
    if (!fits || Number(lanes) < 1)
      throw refuseInput(name, `${name} must be an argon2id PHC string of at most ${MEMORY_KIB_MAX} KiB and ${PASSES_MAX} passes.`)
    return field
  }
  return { name, type: 'text', required: false, read }
}
