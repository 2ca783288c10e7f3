import { createHash } from 'node:crypto'

/** Raised when what a head holds changes its form. */
const FORMAT = 1
const BUCKETS = 256

/** Viewers of one bucket share a hash tag, and so, in a cluster, a node: one script call reaches many of them. */
export function bucketOf(viewerId: number): number {
  return viewerId % BUCKETS
}

/** The key of a viewer's head under an epoch, and of the marker of the one who builds it. */
export function headKey(prefix: string, epoch: string, viewerId: number): string {
  return `${prefix}{b:${BUCKET_NAMES[bucketOf(viewerId)]}}:${tagOf(epoch)}:${viewerId.toString(36)}`
}

const BUCKET_NAMES = Array.from({ length: BUCKETS }, (_, bucket) => bucket.toString(16).padStart(2, '0'))

/** All heads under an epoch, as a pattern of Redis. */
export function headPattern(prefix: string, epoch: string): string {
  return `${prefix.replaceAll(/[[\]?*\\]/g, '\\$&')}{b:??}:${tagOf(epoch)}:*`
}

export function viewerOfKey(key: string): number {
  return Number.parseInt(key.slice(key.lastIndexOf(':') + 1), 36)
}

const TAG_LENGTH = 10
let lastTag: { epoch: string; tag: string } | undefined

function tagOf(epoch: string): string {
  if (lastTag?.epoch !== epoch) {
    const tag = createHash('sha256').update(`${FORMAT}.${epoch}`).digest('base64url').slice(0, TAG_LENGTH)
    lastTag = { epoch, tag }
  }
  return lastTag.tag
}
