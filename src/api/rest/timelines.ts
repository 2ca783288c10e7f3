import { z } from 'zod'
import { HOME_FEED_LIST, readHomeFeed } from '../../domain/feeds/read-home-feed.ts'
import { makeCursor } from '../../domain/input/page-rules.ts'
import { parseId } from '../../platform/ids.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { count } from './shapes/parameters.ts'
import { showPost, statusShape } from './shapes/status.ts'

const LIMIT_BY_DEFAULT = 20
const LIMIT_MAX = 40

const page = z.object({ max_id: z.string().optional(), limit: count.default(LIMIT_BY_DEFAULT) })

export const timelineRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v1/timelines/home',
    summary: 'The home feed, newest first.',
    tag: 'timelines',
    access: 'user',
    scope: 'read:statuses',
    query: page,
    answer: z.array(statusShape),
    run: async ({ caller, query, reply, http }) => {
      const viewer = callingUser(caller)
      const first = Math.min(Math.max(query.limit, 1), LIMIT_MAX)
      const below = query.max_id === undefined ? undefined : parseId(query.max_id)
      const after = below === undefined ? null : makeCursor(HOME_FEED_LIST, below)
      const { warmFeeds, database } = platform
      const warm = warmFeeds && { feeds: warmFeeds, viewer }
      const { entries, hasNextPage, endKey } = await readHomeFeed(database, viewer.id, { first, after, includeOwn: true }, warm)
      if (hasNextPage && endKey !== undefined)
        reply.header('link', `<${platform.publicUrl}${http.url.split('?')[0]}?limit=${first}&max_id=${endKey}>; rel="next"`)
      return Promise.all(entries.map((entry) => showPost(platform, caller.request, entry)))
    },
  }),
]
