import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { point } from '../../platform/point.ts'
import { Unavailable } from '../../platform/unavailable.ts'

/** RFC 9106's second choice scaled to OWASP's floor: 19 MiB, two passes, one lane; some 45 ms on one core. */
const MEMORY_KIB = 19_456
const PASSES = 2
const LANES = 1
const NONCE_BYTES = 16
const TAG_BYTES = 32
/** Passwords being hashed or waiting for it, in this process. Beyond it sign-ins are refused rather than queued for minutes. */
const HASHES_UNDER_WAY_MAX = 200

const derive = promisify(argon2)
let underWay = 0

/** Answers the PHC string of a new password: `$argon2id$v=19$m=…,t=…,p=…$nonce$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(NONCE_BYTES)
  const tag = await deriveTag(password, { nonce, memory: MEMORY_KIB, passes: PASSES, lanes: LANES, tagBytes: TAG_BYTES })
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${toPhcBase64(nonce)}$${toPhcBase64(tag)}`
}

/** Whether the password is the one. Without a hash the same work is done, so that the time taken does not tell who exists. */
export async function checkPassword(password: string, phc: string | null | undefined): Promise<boolean> {
  const kept = parsePhc(phc ?? DUMMY)
  const tag = await deriveTag(password, kept)
  await point('password:derived', kept)
  return timingSafeEqual(tag, kept.tag) && phc !== null && phc !== undefined
}

/** The hash of nobody's password. */
const DUMMY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${toPhcBase64(Buffer.alloc(NONCE_BYTES, 1))}$${toPhcBase64(Buffer.alloc(TAG_BYTES, 2))}`

interface Parameters {
  nonce: Buffer
  memory: number
  passes: number
  lanes: number
  tagBytes: number
}

async function deriveTag(password: string, { nonce, memory, passes, lanes, tagBytes }: Parameters): Promise<Buffer> {
  if (underWay >= HASHES_UNDER_WAY_MAX) throw new Unavailable('too many passwords are being checked', { retryAfterSeconds: 5 })
  underWay += 1
  try {
    return await derive('argon2id', { message: Buffer.from(password), nonce, memory, passes, parallelism: lanes, tagLength: tagBytes })
  } finally {
    underWay -= 1
  }
}

function parsePhc(phc: string): Parameters & { tag: Buffer } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc)
  if (!match) throw new Error('a stored password is not an argon2id PHC string')
  const [, memory, passes, lanes, nonce, tag] = match as unknown as [string, string, string, string, string, string]
  const tagBuffer = Buffer.from(tag, 'base64')
  return {
    memory: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    nonce: Buffer.from(nonce, 'base64'),
    tag: tagBuffer,
    tagBytes: tagBuffer.length,
  }
}

function toPhcBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
