import { kindOfId } from '../../platform/ids.ts'
import type { User } from '../accounts/read-users.ts'
import type { ActedEntry } from './home-feed-entries.ts'
import { mayAppearInHome } from './home-feed-rules.ts'
import type { Relations } from './relations.ts'
import type { Rows } from './rows/open-rows.ts'
import type { PostRow, ShareRow } from './rows/row-statements.ts'

/** As readEntries, out of the rows kept in this process: at once when all are there. */
export function keptEntries(
  rows: Rows,
  viewerId: number,
  relations: Relations,
  ids: readonly number[],
): ActedEntry[] | Promise<ActedEntry[]> {
  if (!rows.stands()) return loadEntries(rows, viewerId, relations, ids)
  const now = performance.now()
  const atHand = composeEntries(ids, viewerId, relations, {
    share: (id) => rows.shares.known(id, now),
    post: (id) => rows.posts.known(id, now),
    user: (id) => rows.users.known(id, now),
  })
  return atHand ?? loadEntries(rows, viewerId, relations, ids)
}

async function loadEntries(rows: Rows, viewerId: number, relations: Relations, ids: readonly number[]): Promise<ActedEntry[]> {
  const shares = await rows.shares.read(ids.filter((id) => kindOfId(id) === 'share'))
  const posts = await rows.posts.read(new Set(ids.map((id) => shares.get(id)?.postId ?? id).filter((id) => kindOfId(id) === 'post')))
  const users = await rows.users.read(
    new Set([...[...posts.values()].map(({ authorId }) => authorId), ...[...shares.values()].map(({ userId }) => userId)]),
  )
  const found = composeEntries(ids, viewerId, relations, {
    share: (id) => shares.get(id) ?? null,
    post: (id) => posts.get(id) ?? null,
    user: (id) => users.get(id) ?? null,
  })
  return found ?? []
}

/** Each answers the row, null for one that is not there, undefined for one that is not known. */
interface LookUp {
  share(id: number): ShareRow | null | undefined
  post(id: number): PostRow | null | undefined
  user(id: number): User | null | undefined
}

/** The entries of these ids, without those that are gone; undefined when something is not known. */
function composeEntries(ids: readonly number[], viewerId: number, relations: Relations, lookUp: LookUp): ActedEntry[] | undefined {
  const entries: ActedEntry[] = []
  for (const entryId of ids) {
    const share = kindOfId(entryId) === 'share' ? lookUp.share(entryId) : undefined
    if (share === undefined && kindOfId(entryId) === 'share') return undefined
    if (share === null) continue
    const post = lookUp.post(share?.postId ?? entryId)
    const author = post && lookUp.user(post.authorId)
    const sharer = share && lookUp.user(share.userId)
    if (post === undefined || (post && author === undefined) || (share && sharer === undefined)) return undefined
    if (!post || !author || sharer === null) continue
    const visible = mayAppearInHome(author, sharer, post.hidden, viewerId, relations)
    if (!share && visible) entries.push(entryOfPost(post, author))
    else entries.push({ ...makeEntry(post, author, share, sharer), visible })
  }
  return entries
}

/** The entry of a post that may be seen is everybody's: made once, as long as its rows are kept. */
function entryOfPost(post: PostRow, author: User): ActedEntry {
  if (post.entry?.author !== author) post.entry = makeEntry(post, author, undefined, undefined)
  return post.entry
}

function makeEntry(post: PostRow, author: User, share: ShareRow | undefined, sharedBy: User | undefined): ActedEntry {
  return {
    entryId: share ? share.id : post.id,
    sharedById: share ? share.userId : null,
    sharedBy,
    sharedMessage: share ? share.message : null,
    actorId: share ? share.userId : post.authorId,
    id: post.id,
    content: post.content,
    contentWarning: post.contentWarning,
    sensitive: post.sensitive,
    language: post.language,
    pinned: post.pinned,
    mediaUrl: post.mediaUrl,
    visibility: post.visibility,
    hidden: post.hidden,
    createdAt: post.createdAt,
    editedAt: post.editedAt,
    quotedPostId: post.quotedPostId,
    authorId: post.authorId,
    author,
    counts: post.counts,
    authorSuspended: author.isSuspended,
    authorClosed: author.isClosed,
    blockedEitherWay: false,
    viewerFollowsAuthor: true,
    visible: true,
    texts: share ? undefined : [],
  }
}
