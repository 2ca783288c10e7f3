import { kindOfId } from '../../platform/ids.ts'
import { mayAppearInHome } from './home-feed-rules.ts'
import type { FeedEntry } from './home-feed-truth.ts'
import type { Relations } from './relations.ts'
import type { Rows } from './rows/open-rows.ts'

/** As readEntries, out of the rows kept in this process. */
export async function keptEntries(
  rows: Rows,
  viewerId: number,
  relations: Relations,
  ids: readonly number[],
): Promise<(FeedEntry & { actorId: number })[]> {
  const shares = await rows.shares.read(ids.filter((id) => kindOfId(id) === 'share'))
  const posts = await rows.posts.read(new Set(ids.map((id) => shares.get(id)?.postId ?? id).filter((id) => kindOfId(id) === 'post')))
  const users = await rows.users.read(
    new Set([...[...posts.values()].map(({ authorId }) => authorId), ...[...shares.values()].map(({ userId }) => userId)]),
  )
  return ids.flatMap((entryId) => {
    const share = shares.get(entryId)
    const post = posts.get(share?.postId ?? entryId)
    const author = post && users.get(post.authorId)
    const sharer = share && users.get(share.userId)
    if (!post || !author || (share && !sharer)) return []
    return {
      entryId,
      sharedById: share ? share.userId : null,
      sharedMessage: share ? share.message : null,
      actorId: share ? share.userId : post.authorId,
      id: post.id,
      content: post.content,
      mediaUrl: post.mediaUrl,
      visibility: post.visibility,
      hidden: post.hidden,
      editedAt: post.editedAt,
      quotedPostId: post.quotedPostId,
      authorId: post.authorId,
      author,
      counts: post.counts,
      authorSuspended: author.isSuspended,
      authorClosed: author.isClosed,
      blockedEitherWay: false,
      viewerFollowsAuthor: true,
      visible: mayAppearInHome({ author, sharer, hidden: post.hidden }, viewerId, relations),
    }
  })
}
