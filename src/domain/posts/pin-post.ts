import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse } from '../../refusals.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { findVisiblePost } from './find-visible-post.ts'
import { postPinned, postUnpinned } from './post-facts.ts'

/** So many posts stand at the top of a profile. */
export const PINS_MAX = 5

const lockPins = statement<never>('posts.lock-pins', `select pg_advisory_xact_lock(hashtextextended('posts.pins:' || $1::int, 0))`)
const pinsOf = statement<{ pins: number }>(
  'posts.count-pins',
  'select count(*)::int as pins from posts where author_id = $1 and pinned_at is not null and id <> $2',
)
const pin = statement<{ id: number }>(
  'posts.pin',
  'update posts set pinned_at = clock_timestamp() where id = $1 and author_id = $2 and pinned_at is null returning id',
)

/** Pins one of the viewer's own posts to the top of their profile. Doing it twice is doing it once. Answers the post's id. @throws NOT_FOUND, FORBIDDEN */
export async function pinPost(database: Reader & Writer, viewer: Looker, id: string): Promise<number> {
  const post = await findVisiblePost(database, id, viewer)
  if (post.authorId !== viewer.id) throw refuse('post.not-yours')
  await database.transaction(async (tx) => {
    await tx.rows(lockPins, [viewer.id])
    if (((await firstRow(tx, pinsOf, [viewer.id, post.id]))?.pins ?? 0) >= PINS_MAX) throw refuse('post.too-many-pins')
    if (await firstRow(tx, pin, [post.id, viewer.id])) await announce(tx, postPinned, { postId: post.id, authorId: viewer.id })
  })
  return post.id
}

const unpin = statement<{ id: number }>(
  'posts.unpin',
  'update posts set pinned_at = null where id = $1 and author_id = $2 and pinned_at is not null returning id',
)

/** Takes one of the viewer's own posts from the top of their profile, if it is there. Answers the post's id. @throws NOT_FOUND, FORBIDDEN */
export async function unpinPost(database: Reader & Writer, viewer: Looker, id: string): Promise<number> {
  const post = await findVisiblePost(database, id, viewer)
  if (post.authorId !== viewer.id) throw refuse('post.not-yours')
  await database.transaction(async (tx) => {
    if (await firstRow(tx, unpin, [post.id, viewer.id])) await announce(tx, postUnpinned, { postId: post.id, authorId: viewer.id })
  })
  return post.id
}
