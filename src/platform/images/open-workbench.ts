import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { makeFolder } from '../make-folder.ts'

/** What lies longer was left by a process that was killed. */
const LEFT_BEHIND_MS = 60 * 60 * 1000

/** A folder for files that are on their way in. */
export interface Workbench {
  /** Gives `work` a folder of its own, which is gone when it ends, however it does. */
  withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

export function openWorkbench(place: string, log: { warn(details: object, message: string): void }): Workbench {
  const tidy = () => tidyUp(place).catch((err: unknown) => log.warn({ err }, 'what was left behind of uploads could not be deleted'))
  void tidy()
  const timer = setInterval(tidy, LEFT_BEHIND_MS)
  timer.unref()
  return {
    withFolder: async (work) => {
      await makeFolder(place)
      const folder = await mkdtemp(join(place, 'upload-'))
      try {
        return await work(folder)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    close: async () => clearInterval(timer),
  }
}

async function tidyUp(place: string): Promise<void> {
  for (const name of await readdir(place).catch(() => [])) {
    const folder = join(place, name)
    const changed = await stat(folder).catch(() => undefined)
    if (changed && changed.mtimeMs < Date.now() - LEFT_BEHIND_MS) await rm(folder, { recursive: true, force: true })
  }
}

/** More came than is taken. */
export class TooLong extends Error {}

/** Writes what comes into a file, never holding more than a piece of it. Answers its bytes. @throws TooLong, at the first piece beyond `bytesMax` */
export async function writeInto(path: string, source: Readable, bytesMax: number): Promise<number> {
  let bytes = 0
  await pipeline(
    source,
    async function* count(pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        bytes += piece.length
        if (bytes > bytesMax) throw new TooLong('more came than is taken')
        yield piece
      }
    },
    createWriteStream(path, { flags: 'wx', mode: 0o600 }),
  )
  return bytes
}
