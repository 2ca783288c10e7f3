import { isForeignKeyViolation } from '../../platform/database/failures.ts'
import { firstRow, type Reader, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { attachMedia, type FreeMedium, takeMedia, takeMediumByName } from '../media/attach-media.ts'
import { acceptMediaIds } from '../media/media-rules.ts'
import { nameInUrl, storedUrl } from '../media/media-urls.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { findVisiblePost } from './find-visible-post.ts'
import { postPublished } from './post-facts.ts'
import { lockKey, postOfKey, rememberKey } from './post-keys.ts'
import { acceptContent, acceptContentWarning, acceptKey, acceptLanguage, acceptMediaUrl, type Visibility } from './post-rules.ts'
import { addTags } from './post-tags.ts'

export interface NewPost {
  content: string
  /** Stands in front of the content. */
  contentWarning?: string | null | undefined
  /** Whether its media are covered at first. */
  sensitive?: boolean | null | undefined
  /** BCP 47. */
  language?: string | null | undefined
  mediaUrl?: string | null | undefined
  /** The author's own, in no post yet. Not beside a mediaUrl. */
  mediaIds?: readonly string[] | null | undefined
  visibility: Visibility
  quotedPostId?: string | null | undefined
  key?: string | null | undefined
}

/**
 * Publishes a post of the viewer's. With a `key`, the same key within a day answers the first post. Answers the post's id.
 * @throws BAD_USER_INPUT, NOT_FOUND for a quoted post that may not be seen, FORBIDDEN for quoting one that is not public
 */
export async function publishPost(database: Reader & Writer, viewer: Looker, input: NewPost): Promise<number> {
  const mediaUrl = input.mediaUrl ?? null
  if (mediaUrl !== null) acceptMediaUrl(mediaUrl)
  if (mediaUrl !== null && input.mediaIds) throw refuseInput('mediaIds', 'Give either mediaIds or mediaUrl.')
  const mediaIds = acceptMediaIds(input.mediaIds ?? [])
  acceptContent(input.content, mediaUrl !== null || mediaIds.length > 0)
  const said = {
    contentWarning: acceptContentWarning(input.contentWarning),
    language: acceptLanguage(input.language),
    sensitive: input.sensitive ?? false,
  }
  const key = input.key ?? null
  if (key !== null) acceptKey(key)
  try {
    return await database.transaction((tx) => publishOnce(tx, viewer, { ...input, ...said, mediaUrl, mediaIds }, key))
  } catch (error) {
    throw isForeignKeyViolation(error, 'posts_quoted_post_id_fkey') ? refuse('post.not-found') : error
  }
}

type AcceptedPost = Omit<NewPost, 'mediaIds'> & { mediaUrl: string | null; mediaIds: readonly number[] }

async function publishOnce(tx: Tx, viewer: Looker, input: AcceptedPost, key: string | null): Promise<number> {
  if (key === null) return insert(tx, viewer, input)
  await lockKey(tx, viewer.id, key)
  const first = await postOfKey(tx, viewer.id, key)
  if (first) {
    if (first.postId === null) throw refuse('post.not-found') // published, and deleted since
    return first.postId
  }
  const postId = await insert(tx, viewer, input)
  await rememberKey(tx, viewer.id, key, postId)
  return postId
}

const insertPost = statement<{ id: number }>(
  'posts.publish',
  `insert into posts (author_id, content, media_url, visibility, quoted_post_id, content_warning, sensitive, language)
   values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
)

async function insert(tx: Tx, viewer: Looker, input: AcceptedPost): Promise<number> {
  const { content, visibility, quotedPostId, contentWarning, sensitive, language } = input
  const quoted = quotedPostId === undefined || quotedPostId === null ? undefined : await findVisiblePost(tx, quotedPostId, viewer)
  if (quoted && quoted.visibility !== 'PUBLIC') throw refuse('post.not-public')
  const media = await takeMediaOf(tx, viewer.id, input)
  const mediaUrl = media[0] ? storedUrl(media[0].name) : input.mediaUrl
  const values = [viewer.id, content, mediaUrl, visibility, quoted?.id ?? null, contentWarning, sensitive, language]
  const post = await firstRow(tx, insertPost, values)
  if (!post) throw new Error('a post was not inserted')
  await addTags(tx, [{ id: post.id, content }])
  await attachMedia(tx, post.id, media)
  await announce(tx, postPublished, { postId: post.id, authorId: viewer.id, entryId: post.id, actorId: viewer.id })
  return post.id
}

// Who gives the address of a picture just uploaded means that picture: as a mere URL it would be swept as unused.
async function takeMediaOf(tx: Tx, authorId: number, { mediaIds, mediaUrl }: AcceptedPost): Promise<FreeMedium[]> {
  if (mediaIds.length > 0) return takeMedia(tx, authorId, mediaIds)
  const name = nameInUrl(mediaUrl)
  return name === undefined ? [] : takeMediumByName(tx, authorId, name)
}
