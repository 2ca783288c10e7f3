import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { FSDriver } from 'flydrive/drivers/fs'
import { makeFolder } from '../make-folder.ts'
import { type Blobs, blobsOn } from './blobs.ts'

/** Keeps files in a folder, which every process that serves them must see. What is put there comes from a folder of the same file system. */
export function openDiskBlobs(folder: string): Blobs {
  return blobsOn(new FSDriver({ location: folder, visibility: 'private' }), async (_disk, name, { path }) => {
    await makeFolder(folder)
    // It appears under its name whole, and stays whole when the machine stops: the row that names it is as safe.
    await using file = await open(path, 'r+')
    await file.sync()
    await rename(path, join(folder, name))
  })
}
