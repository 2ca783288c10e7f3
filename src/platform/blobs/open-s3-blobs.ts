import { createReadStream } from 'node:fs'
import { type Blobs, blobsOn, headersOf } from './blobs.ts'

export interface S3Settings {
  /** Undefined is Amazon's own. */
  endpoint: string | undefined
  bucket: string
  region: string | undefined
  accessKeyId: string
  secretAccessKey: string
}

const TRIES_MAX = 3
const ANSWER_MS_MAX = 30_000
const CONNECT_MS_MAX = 3000
/** What servers other than Amazon's are content with. */
const REGION = 'us-east-1'

/** Keeps files in a bucket of S3, or of a server that speaks like it. The client is loaded only where it is used. */
export async function openS3Blobs({ endpoint, bucket, region = REGION, accessKeyId, secretAccessKey }: S3Settings): Promise<Blobs> {
  const { S3Driver } = await import('flydrive/drivers/s3')
  const driver = new S3Driver({
    bucket,
    region,
    credentials: { accessKeyId, secretAccessKey },
    visibility: 'private',
    supportsACL: false,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    maxAttempts: TRIES_MAX,
    requestHandler: { requestTimeout: ANSWER_MS_MAX, connectionTimeout: CONNECT_MS_MAX },
    // Only where the operation demands it: many servers that speak like S3 do not know the trailers that carry the others.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return blobsOn(driver, (disk, name, blob) => disk.putStream(name, createReadStream(blob.path), headersOf(blob)))
}
