import { existsSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it that are missing, and answers the topmost that it made. The `recursive` of mkdir never ends below a
 * file system that takes no folders, such as /proc: this throws what mkdir says there.
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<string | undefined> {
  const path = resolve(folder)
  const parent = dirname(path)
  const above = existsSync(parent) ? undefined : await makeFolder(parent, mode)
  try {
    await mkdir(path, { mode })
    return above ?? path
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
    return above
  }
}
