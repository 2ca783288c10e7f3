import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

const SECRET_BYTES = 32

/** The secret that signs access tokens where none is configured: made once, kept in the data directory, readable by its owner alone. */
export async function readOwnSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'auth-secret')
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept) return kept
  await makeFolder(dataDir)
  // Written whole under another name and linked: of several starts at once, one makes the secret and all read the same.
  const draft = join(dataDir, `auth-secret.${process.pid}`)
  await writeFile(draft, randomBytes(SECRET_BYTES).toString('base64url'), { mode: 0o600 })
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return readFile(file, 'utf8')
}
