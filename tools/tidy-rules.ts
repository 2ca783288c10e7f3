import { posix } from 'node:path'
import type { Source } from './tidy-source.ts'

export interface Breach {
  file: string
  line: number
  sentence: string
  /** A warning is printed and fails nothing. */
  warning?: boolean
}

/** A room imports rooms of a smaller number alone. Those with the highest number are the leaves: deleting one leaves the rest compiling. */
export const ROOMS: Record<string, number> = {
  input: 0,
  accounts: 1,
  media: 1,
  apps: 2,
  relationships: 2,
  visibility: 3,
  posts: 4,
  interactions: 5,
  feeds: 6,
  notifications: 6,
  trends: 6,
  search: 6,
  analytics: 6,
  moderation: 6,
}

/** What each part of src/ may import beside itself. config.ts is for the commands and app; the others may take its types. */
const MAY_IMPORT: Record<string, string[]> = {
  'main.ts': ['command-line.ts', 'app.ts', 'config.ts', 'refusals.ts', 'commands', 'platform'],
  'command-line.ts': ['refusals.ts', 'commands', 'platform'],
  commands: ['app.ts', 'config.ts', 'refusals.ts', 'domain', 'transfer', 'platform'],
  'app.ts': ['config.ts', 'refusals.ts', 'api', 'workers', 'domain', 'transfer', 'platform'],
  'config.ts': ['refusals.ts', 'platform'],
  'refusals.ts': [],
  api: ['refusals.ts', 'domain', 'platform'],
  workers: ['refusals.ts', 'domain', 'platform'],
  transfer: ['refusals.ts', 'domain', 'platform'],
  domain: ['refusals.ts', 'platform'],
  platform: [],
}
const CONFIG_TYPES_FOR = ['api', 'workers', 'transfer', 'domain']

const DRIVERS =
  /^(pg(-.*)?|kysely|postgres|redis|ioredis|@redis\/.*|rabbitmq-client|amqplib|nodemailer|flydrive|@aws-sdk\/.*|sharp|pino|prom-client)$/
/** A domain room that needs another package asks here first: it must be neither HTTP, nor GraphQL, nor a driver. */
const DOMAIN_PACKAGES = /^(zod|jose|linkify-it|lru-cache|otpauth|node:(?!https?$|http2|net$|tls$|dgram|child_process|cluster).*)$/
const TRANSFER_PACKAGES = /^(zod|cli-progress|csv-parse|csv-stringify|node:.*)(\/.*)?$/
/** In one case throughout: `Select a user from …` is prose. */
const SQL = /(^|\()\s*(with\s+\w+\s+as\s*\(|select\b[\s\S]*\bfrom\s|delete\s+from\s|update\s+[\w."]+\s+set\s)|\binsert\s+into\s/

/** The breaches of one file of src/ against the map of the house: who may import whom, who holds SQL, who reads the environment. */
export function checkHouse(file: string, source: Source): Breach[] {
  const breach = (line: number, sentence: string): Breach => ({ file, line, sentence })
  const [part, room] = placeOf(file)
  const breaches = source.imports.flatMap(({ specifier, line, typeOnly }) => {
    const target = targetOf(file, specifier)
    const sentence = target === undefined ? packageRefusal(part, specifier, typeOnly) : importRefusal([part, room], target, typeOnly)
    return sentence === undefined ? [] : [breach(line, sentence)]
  })
  if (MAY_IMPORT[part] === undefined)
    breaches.push(breach(1, `${part} is not on the map of the house: give it a place in tools/tidy-rules.ts.`))
  if (part === 'domain' && ROOMS[room] === undefined)
    breaches.push(breach(1, 'domain/ holds rooms with a number in tools/tidy-rules.ts, and nothing beside them.'))
  if (part === 'api') {
    for (const { text, line } of source.texts) if (isSql(text)) breaches.push(breach(line, 'api/ holds no SQL: call a verb of the domain.'))
  }
  if (part !== 'config.ts')
    for (const line of source.environmentReads) breaches.push(breach(line, 'only src/config.ts reads the environment.'))
  return breaches
}

function isSql(text: string): boolean {
  return SQL.test(text.replace(/\b[A-Z]+\b/g, (word) => word.toLowerCase()))
}

/** The breaches that hold for every folder: nothing imports the start of the program. */
export function checkEntrances(file: string, source: Source): Breach[] {
  return source.imports.flatMap(({ specifier, line }) => {
    const target = targetOf(file, specifier)
    if (target === 'src/main.ts') return [{ file, line, sentence: 'nothing imports main.ts: it is where the command begins.' }]
    if (target !== 'src/app.ts' || /^(src\/main\.ts$|src\/commands\/|tests\/)/.test(file)) return []
    return [{ file, line, sentence: 'app.ts is imported by main.ts, the commands and tests alone.' }]
  })
}

/** The file of ours that an import means, from the root; undefined for a package. */
export function targetOf(file: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined
}

/** `src/domain/posts/publish-post.ts` is in part `domain`, room `posts`. */
function placeOf(file: string): [part: string, room: string] {
  const [, part = '', room = '', inRoom] = file.split('/')
  return [part, inRoom === undefined ? '' : room]
}

function importRefusal([part, room]: [string, string], target: string, typeOnly: boolean): string | undefined {
  if (!target.startsWith('src/')) return 'src/ imports nothing from outside itself.'
  const [otherPart, otherRoom] = placeOf(target)
  if (otherPart === 'app.ts' || otherPart === 'main.ts') return undefined // checkEntrances speaks of these.
  if (part === 'domain' && otherPart === 'domain' && room !== otherRoom) return roomRefusal(room, otherRoom)
  if (otherPart === part || MAY_IMPORT[part]?.includes(otherPart)) return undefined
  if (otherPart !== 'config.ts' || !CONFIG_TYPES_FOR.includes(part)) return `${part} may not import ${otherPart}.`
  return typeOnly ? undefined : 'config.ts is imported by the commands and app.ts; here by `import type` alone.'
}

function roomRefusal(room: string, other: string): string | undefined {
  const [from, to] = [ROOMS[room] ?? 0, ROOMS[other] ?? 0]
  if (from > to) return undefined
  if (from === to) return `${room} may not import ${other}: rooms of one number (${from}) do not know each other.`
  return `${room} (${from}) may not import ${other} (${to}): a room imports smaller numbers alone.`
}

function packageRefusal(part: string, specifier: string, typeOnly: boolean): string | undefined {
  if (part === 'domain' && !DOMAIN_PACKAGES.test(specifier))
    return `domain/ imports no HTTP, GraphQL or driver, and ${specifier} is not among its packages.`
  if (part === 'transfer' && !TRANSFER_PACKAGES.test(specifier))
    return `${specifier} is not among the packages of transfer/: drivers are for platform/.`
  if (specifier === 'pino' && typeOnly) return undefined // Whoever is given a log may say what it is.
  if (part !== 'platform' && DRIVERS.test(specifier)) return `only platform/ imports the driver ${specifier}.`
  return undefined
}
