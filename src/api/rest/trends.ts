import { z } from 'zod'
import { acceptTag } from '../../domain/input/tag-rules.ts'
import { readTrendingPosts } from '../../domain/trends/read-trending-posts.ts'
import { readTrendingTags } from '../../domain/trends/read-trending-tags.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { count } from './shapes/parameters.ts'
import { showPost, statusShape } from './shapes/status.ts'
import { showTag, tagShape } from './shapes/tag.ts'
import { pageSize } from './span-pages.ts'

/** A list of trends is read as far as this, wherever a page of it begins. */
const TRENDS_MAX = 100
const page = (byDefault: number) => z.object({ limit: count.default(byDefault), offset: count.default(0) })

export const trendRoutes = (platform: RestPlatform): RestRoute[] => [
  ...['/api/v1/trends/tags', '/api/v1/trends'].map((url) =>
    restRoute({
      method: 'GET',
      url,
      summary: 'The tags that the most people write today.',
      tag: 'trends',
      access: 'visitor',
      query: page(10),
      answer: z.array(tagShape),
      run: async ({ caller: { request }, query: { limit, offset } }) => {
        const end = Math.min(pageSize(limit) + offset, TRENDS_MAX)
        if (offset >= end) return []
        const tags = await readTrendingTags(platform.database, platform.rankings, { first: end, window: 'DAY' }, request.viewer)
        return tags.slice(offset).map(({ tag, postCount }) => showTag(platform, tag, postCount))
      },
    }),
  ),
  restRoute({
    method: 'GET',
    url: '/api/v1/trends/statuses',
    summary: 'The public posts on which the most people act today.',
    tag: 'trends',
    access: 'visitor',
    scope: 'read:statuses',
    query: page(20),
    answer: z.array(statusShape),
    run: async ({ caller: { request }, query: { limit, offset } }) => {
      const end = Math.min(pageSize(limit) + offset, TRENDS_MAX)
      if (offset >= end) return []
      const posts = await readTrendingPosts(platform.database, platform.rankings, { first: end, window: 'DAY' }, request.viewer)
      return Promise.all(posts.slice(offset).map((post) => showPost(platform, request, post)))
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/tags/:name',
    summary: 'A tag, whether a post has it or not.',
    tag: 'tags',
    access: 'visitor',
    path: z.object({ name: z.string().max(400) }),
    answer: tagShape,
    run: async ({ path: { name } }) => showTag(platform, acceptTag(name)),
  }),
]
