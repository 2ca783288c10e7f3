import { randomBytes } from 'node:crypto'
import type { Blobs } from '../../platform/blobs/blobs.ts'
import { firstRow, type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import type { Image, Refused, Unfit } from '../../platform/images/image-rules.ts'
import type { ImageWorks } from '../../platform/images/open-image-works.ts'
import { refuse } from '../../refusals.ts'
import { acceptAltText } from './media-rules.ts'
import { filesOf } from './media-urls.ts'
import { type Medium, readOwnMedium } from './read-media.ts'

const NAME_BYTES = 16

export interface MediaContext {
  database: Reader & Writer
  blobs: Blobs
  images: ImageWorks
  /** So many bytes one account keeps. */
  quotaBytes: number
}

/** A file that came in whole. `folder` is for what is made of it. */
export interface Upload {
  path: string
  folder: string
  altText: string | null
}

/**
 * Makes a medium of the viewer's out of an uploaded file. It is ready when this answers.
 * @throws BAD_USER_INPUT for what is no picture that we take, or too large a one, FORBIDDEN beyond the quota, UNAUTHENTICATED when the account was
 * closed meanwhile, UNAVAILABLE when too many are worked on or the storage does not answer
 */
export async function addMedium(ctx: MediaContext, ownerId: number, { path, folder, altText }: Upload): Promise<Medium> {
  if (altText !== null) acceptAltText(altText)
  await requireQuota(ctx, ownerId)
  const image = await ctx.images.rework(path, folder)
  if ('unfit' in image) throw refuseFile(image)
  const name = randomBytes(NAME_BYTES).toString('base64url')
  // First the row, which names the files, then the files, then the word that they are there: see the room's README.
  const id = await ctx.database.transaction((tx) => insert(tx, ownerId, name, image, altText))
  const { contentType } = image
  await ctx.blobs.put(filesOf(name).image, { ...image.image, contentType })
  await ctx.blobs.put(filesOf(name).preview, { ...image.preview, contentType })
  const stored = await ctx.database.transaction((tx) => firstRow(tx, markStored, [id]))
  const medium = stored && (await readOwnMedium(ctx.database, ownerId, id))
  if (!medium) throw refuse('auth.token-invalid')
  return medium
}

const bytesOfOwner = statement<{ bytes: number }>(
  'media.bytes-of-owner',
  'select coalesce(sum(bytes), 0)::float8 as bytes from media where owner_id = $1',
)

async function requireQuota({ database, quotaBytes }: MediaContext, ownerId: number): Promise<void> {
  const kept = await firstRow(database, bytesOfOwner, [ownerId])
  if ((kept?.bytes ?? 0) >= quotaBytes) throw refuse('media.quota')
}

const REASONS: Record<Unfit, 'media.not-taken' | 'media.broken' | 'media.too-many-pixels' | 'media.too-many-frames'> = {
  'other-type': 'media.not-taken',
  broken: 'media.broken',
  'too-many-pixels': 'media.too-many-pixels',
  'too-many-frames': 'media.too-many-frames',
}

function refuseFile({ unfit, type }: Refused) {
  if (unfit === 'other-type' && type?.startsWith('video/')) return refuse('media.video', { field: 'file' })
  return refuse(REASONS[unfit], { field: 'file' })
}

// The lock makes closing the account wait for the row, or the row see that it is closed.
const insertMedium = statement<{ id: number }>(
  'media.add',
  `insert into media (owner_id, name, width, height, bytes, placeholder, blurhash, alt_text)
   select id, $2, $3, $4, $5, $6, $7, $8 from users where id = $1 and closed_at is null for share returning id`,
)
const markStored = statement<{ id: number }>('media.mark-stored', 'update media set stored_at = now() where id = $1 returning id')

async function insert(tx: Tx, ownerId: number, name: string, made: Image, altText: string | null): Promise<number> {
  const bytes = made.image.bytes + made.preview.bytes
  const values = [ownerId, name, made.width, made.height, bytes, made.placeholder, made.blurhash, altText]
  const row = await firstRow(tx, insertMedium, values)
  if (!row) throw refuse('auth.token-invalid')
  return row.id
}
