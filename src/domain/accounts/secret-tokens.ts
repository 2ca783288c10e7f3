import { createHash, randomBytes } from 'node:crypto'

const SECRET_BYTES = 32

/** A token that is a secret by itself (refresh, password reset, verification): 256 random bits. Only its hash is stored. */
export function makeSecretToken(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** What is stored of a secret token. Plain SHA-256 is enough for 256 random bits: there is nothing to guess. */
export function hashSecretToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
