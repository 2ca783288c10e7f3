import { z } from 'zod'
import { type MarkedList, readMarkedSpan } from '../../domain/interactions/read-marked-posts.ts'
import { readProfileSpan } from '../../domain/interactions/read-profile.ts'
import { type RelatedList, readRelatedSpan } from '../../domain/relationships/read-related-users.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import type { RestAsk } from './rest-route.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { accountShape } from './shapes/account.ts'
import { idPath, yesOrNo } from './shapes/parameters.ts'
import { findAccount, showAccounts } from './shapes/shown-accounts.ts'
import { showShare } from './shapes/shown-status.ts'
import { showPost, statusShape } from './shapes/status.ts'
import { linkSpan, pageQuery, spanOf } from './span-pages.ts'

const profileQuery = pageQuery.extend({
  exclude_reblogs: yesOrNo.default(false),
  exclude_replies: yesOrNo.default(false).describe('Replies are comments, which do not stand here anyway.'),
  only_media: yesOrNo.default(false),
  pinned: yesOrNo.default(false),
})

export const accountListRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v1/accounts/:id/statuses',
    summary: 'What somebody posted and shared, newest first; or what they pinned.',
    tag: 'accounts',
    access: 'visitor',
    scope: 'read:statuses',
    path: idPath,
    query: profileQuery,
    answer: z.array(statusShape),
    run: async ({ caller: { request }, path: { id }, query, http, reply }) => {
      const { id: userId } = await findAccount(request, id)
      if (query.pinned) return Promise.all((await request.loaders.pinnedOf.load(userId)).map((post) => showPost(platform, request, post)))
      const span = spanOf(query)
      const filter = { withShares: !query.exclude_reblogs, onlyMedia: query.only_media }
      const entries = await readProfileSpan(platform.database, userId, span, request.viewer, filter)
      linkSpan(platform, http, reply, span, entries, ({ entryId }) => entryId)
      return Promise.all(
        entries.rows.map((entry) =>
          entry.isShare ? showShare(platform, request, { id: entry.entryId, sharerId: userId }, entry) : showPost(platform, request, entry),
        ),
      )
    },
  }),
  relatedRoute(platform, 'followers', 'Who follows somebody, the last first.'),
  relatedRoute(platform, 'following', 'Whom somebody follows, the last first.'),
  ownPeopleRoute(platform, 'blocks', 'blocked', 'Whom the user blocks, the last first.'),
  ownPeopleRoute(platform, 'mutes', 'muted', 'Whom the user mutes, the last first.'),
  markedRoute(platform, 'favourites', 'liked', 'The posts that the user likes, the last liked first.'),
  markedRoute(platform, 'bookmarks', 'bookmarked', 'The posts that the user bookmarked, the last first.'),
]

type ListAsk = Pick<RestAsk<undefined, typeof pageQuery, undefined>, 'caller' | 'query' | 'http' | 'reply'>

async function showRelated(platform: RestPlatform, list: RelatedList, ownerId: number, { caller, query, http, reply }: ListAsk) {
  const span = spanOf(query)
  const people = await readRelatedSpan(platform.database, list, ownerId, span)
  linkSpan(platform, http, reply, span, people, ({ key }) => key)
  const ids = people.rows.map(({ userId }) => userId)
  return showAccounts(platform, caller.request, ids)
}

function relatedRoute(platform: RestPlatform, list: 'followers' | 'following', summary: string): RestRoute {
  return restRoute({
    method: 'GET',
    url: `/api/v1/accounts/:id/${list}`,
    summary,
    tag: 'accounts',
    access: 'visitor',
    scope: 'read:accounts',
    path: idPath,
    query: pageQuery,
    answer: z.array(accountShape),
    run: async ({ path: { id }, ...ask }) => showRelated(platform, list, (await findAccount(ask.caller.request, id)).id, ask),
  })
}

function ownPeopleRoute(platform: RestPlatform, name: 'blocks' | 'mutes', list: RelatedList, summary: string): RestRoute {
  return restRoute({
    method: 'GET',
    url: `/api/v1/${name}`,
    summary,
    tag: 'accounts',
    access: 'user',
    scope: `read:${name}`,
    query: pageQuery,
    answer: z.array(accountShape),
    run: async (ask) => showRelated(platform, list, callingUser(ask.caller).id, ask),
  })
}

function markedRoute(platform: RestPlatform, name: 'favourites' | 'bookmarks', list: MarkedList, summary: string): RestRoute {
  return restRoute({
    method: 'GET',
    url: `/api/v1/${name}`,
    summary,
    tag: 'statuses',
    access: 'user',
    scope: `read:${name}`,
    query: pageQuery,
    answer: z.array(statusShape),
    run: async ({ caller, query, http, reply }) => {
      const span = spanOf(query)
      const posts = await readMarkedSpan(platform.database, list, callingUser(caller), span)
      linkSpan(platform, http, reply, span, posts, ({ key }) => key)
      return Promise.all(posts.rows.map((post) => showPost(platform, caller.request, post)))
    },
  })
}
