import { bookmarkPost, unbookmarkPost } from '../../domain/interactions/bookmark-post.ts'
import { likeComment, unlikeComment } from '../../domain/interactions/like-comment.ts'
import { likePost, unlikePost } from '../../domain/interactions/like-post.ts'
import { findShareOf } from '../../domain/interactions/read-shares.ts'
import { sharePost, unsharePost } from '../../domain/interactions/share-post.ts'
import { pinPost, unpinPost } from '../../domain/posts/pin-post.ts'
import type { Looker } from '../../domain/visibility/visibility-rules.ts'
import type { Database } from '../../platform/database/open-database.ts'
import { refuseInput } from '../../refusals.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { idPath } from './shapes/parameters.ts'
import { findStatus } from './shapes/shown-status.ts'
import { statusShape } from './shapes/status.ts'
import { showAnew } from './statuses.ts'

type Verb = (database: Database, viewer: Looker, id: string) => Promise<number>

interface StatusVerb {
  name: string
  summary: string
  scope: string
  post: Verb
  /** Undefined where a comment has no such thing: that is refused. */
  comment?: Verb
}

const reblog: Verb = async (database, viewer, id) => {
  const postId = await sharePost(database, viewer, id, null)
  return (await findShareOf(database, viewer.id, postId)) ?? postId
}

const VERBS: StatusVerb[] = [
  { name: 'favourite', summary: 'Likes it.', scope: 'write:favourites', post: likePost, comment: likeComment },
  { name: 'unfavourite', summary: 'Takes a like back.', scope: 'write:favourites', post: unlikePost, comment: unlikeComment },
  { name: 'reblog', summary: 'Shares a public post: answers the share, with the post inside.', scope: 'write:statuses', post: reblog },
  { name: 'unreblog', summary: 'Takes a share back.', scope: 'write:statuses', post: unsharePost },
  { name: 'bookmark', summary: "Puts a post on the user's own list.", scope: 'write:bookmarks', post: bookmarkPost },
  { name: 'unbookmark', summary: "Takes a post off the user's own list.", scope: 'write:bookmarks', post: unbookmarkPost },
  { name: 'pin', summary: "Puts one of the user's own posts at the top of their profile.", scope: 'write:accounts', post: pinPost },
  { name: 'unpin', summary: 'Takes a post from there.', scope: 'write:accounts', post: unpinPost },
]

const REFUSED = [
  { name: 'mute', scope: 'write:mutes', sentence: 'Conversations cannot be muted, people can.' },
  { name: 'unmute', scope: 'write:mutes', sentence: 'Conversations cannot be muted, people can.' },
  { name: 'translate', scope: 'read:statuses', sentence: 'Statuses are not translated here.' },
]

/** What one does with a status. With a share it is done with the post inside. */
export const statusVerbRoutes = (platform: RestPlatform): RestRoute[] => [
  ...VERBS.map(({ name, summary, scope, post, comment }) =>
    restRoute({
      ...alike(name, scope),
      summary,
      run: async ({ caller, path: { id } }) => {
        const { request } = caller
        const viewer = callingUser(caller)
        const found = await findStatus(request, id)
        if (found.kind !== 'comment')
          return showAnew(platform, request, String(await post(platform.database, viewer, String(found.post.id))))
        if (!comment) throw refuseInput('id', `This status is a reply, and a reply cannot be given to ${name}.`)
        return showAnew(platform, request, String(await comment(platform.database, viewer, id)))
      },
    }),
  ),
  ...REFUSED.map(({ name, scope, sentence }) =>
    restRoute({
      ...alike(name, scope),
      summary: `${sentence} Refused.`,
      run: async ({ caller: { request }, path: { id } }) => {
        await findStatus(request, id)
        throw refuseInput('id', sentence)
      },
    }),
  ),
]

function alike(name: string, scope: string) {
  return {
    method: 'POST',
    url: `/api/v1/statuses/:id/${name}`,
    tag: 'statuses',
    access: 'user',
    scope,
    path: idPath,
    answer: statusShape,
  } as const
}
