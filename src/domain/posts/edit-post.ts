import { isDeepStrictEqual } from 'node:util'
import { firstRow, type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { deleteMediaOfPost } from '../media/delete-media.ts'
import { isStoredUrl, nameInUrl } from '../media/media-urls.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { findVisiblePost } from './find-visible-post.ts'
import { postEdited } from './post-facts.ts'
import { acceptContent, acceptContentWarning, acceptLanguage, acceptMediaUrl, requireSomethingSaid } from './post-rules.ts'
import { replaceTags } from './post-tags.ts'

/** What is left out stays as it is; null clears all but `content`. Where that is the post's first medium, all its media go when it is cleared or changed. */
export interface PostChange {
  content?: string | null | undefined
  contentWarning?: string | null | undefined
  sensitive?: boolean | null | undefined
  language?: string | null | undefined
  mediaUrl?: string | null | undefined
}

/**
 * Edits the viewer's own post; what it said before is kept. An edit that changes nothing is no edit. Answers the post's id.
 * @throws BAD_USER_INPUT, NOT_FOUND, FORBIDDEN
 */
export async function editPost(database: Reader & Writer, viewer: Looker, id: string, change: PostChange): Promise<number> {
  if (change.content === null) throw refuseInput('content', 'content can be changed, not cleared.')
  if (change.content !== undefined) acceptContent(change.content, change.mediaUrl !== null)
  if (change.mediaUrl !== undefined && change.mediaUrl !== null) acceptMediaUrl(change.mediaUrl)
  acceptContentWarning(change.contentWarning)
  acceptLanguage(change.language)
  return database.transaction(async (tx) => {
    const post = await findVisiblePost(tx, id, viewer)
    if (post.authorId !== viewer.id) throw refuse('post.not-yours')
    await edit(tx, post.id, viewer.id, change)
    return post.id
  })
}

interface Words {
  content: string
  mediaUrl: string | null
  contentWarning: string | null
  sensitive: boolean
  language: string | null
}

const lockWords = statement<Words>(
  'posts.lock-words',
  `select content, media_url as "mediaUrl", content_warning as "contentWarning", sensitive, language
   from posts where id = $1 for no key update`,
)
// The time is taken while the row is locked: the transaction's own would be that of its wait, and come out of order.
const changeWords = statement<never>(
  'posts.change-words',
  `with changed as (
     update posts set content = $2, media_url = $3, content_warning = $4, sensitive = $5, language = $6, edited_at = clock_timestamp()
     where id = $1 returning edited_at
   )
   insert into post_edits (post_id, content, media_url, content_warning, sensitive, replaced_at) select $1, $7, $8, $9, $10, edited_at from changed`,
)

async function edit(tx: Tx, postId: number, authorId: number, change: PostChange): Promise<void> {
  const before = await firstRow(tx, lockWords, [postId])
  if (!before) throw refuse('post.not-found')
  const after: Words = {
    content: change.content ?? before.content,
    mediaUrl: meansTheSame(change.mediaUrl, before.mediaUrl) ? before.mediaUrl : (change.mediaUrl ?? null),
    contentWarning: change.contentWarning === undefined ? before.contentWarning : acceptContentWarning(change.contentWarning),
    sensitive: change.sensitive === undefined ? before.sensitive : (change.sensitive ?? false),
    language: change.language === undefined ? before.language : acceptLanguage(change.language),
  }
  requireSomethingSaid(after.content, after.mediaUrl)
  if (isDeepStrictEqual(after, { ...before })) return
  if (after.mediaUrl !== before.mediaUrl && isStoredUrl(before.mediaUrl)) await deleteMediaOfPost(tx, postId)
  const now = [after.content, after.mediaUrl, after.contentWarning, after.sensitive, after.language]
  await tx.rows(changeWords, [postId, ...now, before.content, before.mediaUrl, before.contentWarning, before.sensitive])
  if (after.content !== before.content) await replaceTags(tx, { id: postId, content: after.content })
  await announce(tx, postEdited, { postId, authorId })
}

/** Left out, or the address of the first medium as a client was told it. */
function meansTheSame(given: string | null | undefined, stored: string | null): boolean {
  if (given === undefined || given === stored) return true
  return given !== null && isStoredUrl(stored) && nameInUrl(given) === nameInUrl(stored)
}
