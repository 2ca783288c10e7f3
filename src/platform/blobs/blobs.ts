import type { Readable } from 'node:stream'
import { Disk } from 'flydrive'
import type { DriverContract } from 'flydrive/types'
import { Unavailable } from '../unavailable.ts'

/** A file of this machine that is to be kept, and how it is served where nobody of ours stands between. */
export interface NewBlob {
  path: string
  bytes: number
  contentType: string
}

export interface KeptBlob {
  bytes: number
  stream(): Promise<Readable>
}

/** Files by name. A name is written once, and what is under it never changes. @throws Unavailable where the storage does not answer */
export interface Blobs {
  /** The file at `path` may be gone afterwards. */
  put(name: string, blob: NewBlob): Promise<void>
  /** Undefined where there is none. */
  find(name: string): Promise<KeptBlob | undefined>
  /** What is not there is as good as deleted. */
  delete(name: string): Promise<void>
}

const NAME = /^[\w-]+(\.[\w-]+)*$/
const FOR_GOOD = 'public, max-age=31536000, immutable'

/** The same over each of flydrive's drivers. `write` puts a file there: how safely, is the driver's own. */
export function blobsOn(driver: DriverContract, write: (disk: Disk, name: string, blob: NewBlob) => Promise<void>): Blobs {
  const disk = new Disk(driver)
  return {
    put: (name, blob) => answering(() => write(disk, checked(name), blob)),
    find: (name) =>
      answering(async () => {
        try {
          const { contentLength: bytes } = await disk.getMetaData(checked(name))
          return { bytes, stream: () => answering(() => disk.getStream(name)) }
        } catch (error) {
          if (isMissing(error)) return undefined
          throw error
        }
      }),
    delete: (name) => answering(() => disk.delete(checked(name))),
  }
}

/** What whoever serves the file from the storage itself is to say of it. */
export function headersOf({ contentType, bytes }: NewBlob) {
  return { contentType, contentLength: bytes, cacheControl: FOR_GOOD, contentDisposition: 'inline' }
}

/** Names are made by us: one that could lead elsewhere is a fault of ours. */
function checked(name: string): string {
  if (!NAME.test(name)) throw new Error('this is no name of a blob')
  return name
}

interface StorageFailure {
  code?: string
  cause?: unknown
  $metadata?: { httpStatusCode?: number }
}

function isMissing(error: unknown): boolean {
  const { code, cause, $metadata } = (error ?? {}) as StorageFailure
  return code === 'ENOENT' || $metadata?.httpStatusCode === 404 || (cause !== undefined && isMissing(cause))
}

async function answering<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (cause) {
    throw new Unavailable('the storage of files does not answer', { cause })
  }
}
