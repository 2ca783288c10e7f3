import { z } from 'zod'
import type { FeedEntry } from '../../domain/feeds/home-feed-truth.ts'
import { HOME_FEED_LIST, readHomeFeed } from '../../domain/feeds/read-home-feed.ts'
import { readHomeFeedUpwards } from '../../domain/feeds/read-home-feed-upwards.ts'
import { makeCursor } from '../../domain/input/page-rules.ts'
import type { Span } from '../../domain/input/span-rules.ts'
import { readPublicSpan, readTaggedSpan } from '../../domain/posts/read-post-spans.ts'
import { NEWEST } from '../../platform/ids.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { yesOrNo } from './shapes/parameters.ts'
import { showEntry } from './shapes/shown-status.ts'
import { showPost, statusShape } from './shapes/status.ts'
import { linkPages, linkSpan, type PageLinks, pageQuery, spanOf } from './span-pages.ts'

const filters = { local: yesOrNo.optional(), remote: yesOrNo.optional(), only_media: yesOrNo.default(false) }

export const timelineRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v1/timelines/home',
    summary: 'The home feed, newest first: posts, and shares with the post inside.',
    tag: 'timelines',
    access: 'user',
    scope: 'read:statuses',
    query: pageQuery,
    answer: z.array(statusShape),
    run: async ({ caller, query, http, reply }) => {
      const { entries, links } = await readHome(platform, callingUser(caller), spanOf(query))
      linkPages(platform, http, reply, links)
      return Promise.all(entries.map((entry) => showEntry(platform, caller.request, entry)))
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/timelines/public',
    summary: "Everybody's public posts, newest first. All of them are local: of other servers there are none.",
    tag: 'timelines',
    access: 'visitor',
    scope: 'read:statuses',
    query: pageQuery.extend(filters),
    answer: z.array(statusShape),
    run: async ({ caller: { request }, query, http, reply }) => {
      if (query.remote) return []
      const span = spanOf(query)
      const posts = await readPublicSpan(platform.database, span, request.viewer, query.only_media)
      linkSpan(platform, http, reply, span, posts, ({ id }) => id)
      return Promise.all(posts.rows.map((post) => showPost(platform, request, post)))
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/timelines/tag/:hashtag',
    summary: 'Posts with a tag, newest first.',
    tag: 'timelines',
    access: 'visitor',
    scope: 'read:statuses',
    path: z.object({ hashtag: z.string().max(400) }),
    query: pageQuery.extend(filters),
    answer: z.array(statusShape),
    run: async ({ caller: { request }, path: { hashtag }, query, http, reply }) => {
      if (query.remote) return []
      const span = spanOf(query)
      const posts = await readTaggedSpan(platform.database, hashtag, span, request.viewer, query.only_media)
      linkSpan(platform, http, reply, span, posts, ({ id }) => id)
      return Promise.all(posts.rows.map((post) => showPost(platform, request, post)))
    },
  }),
]

interface HomePage {
  entries: readonly FeedEntry[]
  links: PageLinks
}

async function readHome({ database, warmFeeds }: RestPlatform, viewer: ReturnType<typeof callingUser>, span: Span): Promise<HomePage> {
  if (span.from === 'lower') {
    const { entries, endKey } = await readHomeFeedUpwards(database, viewer.id, span)
    return { entries, links: { next: entries.at(-1)?.entryId, previous: endKey } }
  }
  const after = span.below === NEWEST ? null : makeCursor(HOME_FEED_LIST, span.below)
  const warm = warmFeeds && { feeds: warmFeeds, viewer }
  const page = await readHomeFeed(database, viewer.id, { first: span.limit, after, includeOwn: true }, warm)
  const entries = page.entries.filter(({ entryId }) => entryId > span.above)
  const more = page.hasNextPage && page.endKey !== undefined && page.endKey > span.above
  return { entries, links: { next: more ? page.endKey : undefined, previous: entries[0]?.entryId } }
}
