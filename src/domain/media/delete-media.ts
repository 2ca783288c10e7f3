import { z } from 'zod'
import type { Blobs } from '../../platform/blobs/blobs.ts'
import { BATCHES_A_RUN_MAX, deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import { type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { addJobs } from '../../platform/queue/add-jobs.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { NotYet } from '../../platform/unavailable.ts'
import { filesOf } from './media-urls.ts'

const FILES_A_BATCH_MAX = 50
const ROWS_A_BATCH_MAX = 200
const DELETED_AT_ONCE_MAX = 8

interface FilesContext {
  database: Reader & Writer
  blobs: Blobs
}

const deleteOfPost = statement<{ id: number }>('media.delete-of-post', 'delete from media where post_id = $1 returning id')

/** Deletes the media of a post that is deleted or changed in this transaction, and has their files deleted after it. */
export async function deleteMediaOfPost(tx: Tx, postId: number): Promise<void> {
  const deleted = await tx.rows(deleteOfPost, [postId])
  if (deleted.length > 0) await addJobs(tx, deleteMediaFiles, [{}])
}

/** Deletes the files whose rows are gone. Whichever of several such jobs comes first deletes all of them. */
export const deleteMediaFiles = defineJob({
  name: 'media.delete-files',
  input: z.object({}),
  attemptsMax: 20,
  run: (ctx: FilesContext) => deleteLeftovers(ctx),
})

const leftovers = statement<{ name: string }>(
  'media.leftovers',
  'select name from media_leftovers where due_at <= now() order by due_at limit $1',
)
const forgetLeftovers = statement<never>('media.forget-leftovers', 'delete from media_leftovers where name = any($1::text[])')

/** @throws NotYet when there are more than one run does */
export async function deleteLeftovers({ database, blobs }: FilesContext): Promise<void> {
  for (let batches = 0; batches < BATCHES_A_RUN_MAX; batches += 1) {
    const names = (await database.rows(leftovers, [FILES_A_BATCH_MAX])).map(({ name }) => name)
    if (names.length === 0) return
    for (let start = 0; start < names.length; start += DELETED_AT_ONCE_MAX)
      await Promise.all(names.slice(start, start + DELETED_AT_ONCE_MAX).map((name) => deleteFiles(blobs, name)))
    await database.transaction((tx) => tx.rows(forgetLeftovers, [names]))
  }
  throw new NotYet('there are more files than one run deletes')
}

async function deleteFiles(blobs: Blobs, name: string): Promise<void> {
  const { image, preview } = filesOf(name)
  await blobs.delete(image)
  await blobs.delete(preview)
}

const deleteUnused = deleteBatch('media.delete-unused', {
  from: 'media',
  // A picture may be in use without a post: as its owner's profile picture, which is a URL.
  where: `post_id is null and (created_at < now() - interval '1 day' or (stored_at is null and created_at < now() - interval '1 hour'))
    and not exists (select from users u where u.id = media.owner_id and media.stored_at is not null and u.closed_at is null
      and u.profile_picture ~ ('/' || media.name || '(\\.preview)?\\.webp$'))`,
  rowsMax: ROWS_A_BATCH_MAX,
})

/** Deletes uploads that no post has taken within a day, those that never became whole within an hour, and the files of all rows that are gone. */
export const sweepMedia = defineJob({
  name: 'media.sweep',
  input: z.object({}),
  lane: 'bulk',
  attemptsMax: 20,
  run: async (ctx: FilesContext) => {
    await runInBatches(ctx.database, deleteUnused, [])
    await deleteLeftovers(ctx)
  },
})
