import { z } from 'zod'
import { isTag, normaliseTag } from '../../domain/input/tag-rules.ts'
import { readTaggedPosts } from '../../domain/posts/read-tagged-posts.ts'
import { searchPeople } from '../../domain/search/search-people.ts'
import { searchPosts } from '../../domain/search/search-posts.ts'
import { readTrendingTags } from '../../domain/trends/read-trending-tags.ts'
import type { RequestContext } from '../request-context.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { accountShape, showAccount } from './shapes/account.ts'
import { count, yesOrNo } from './shapes/parameters.ts'
import { showPost, statusShape } from './shapes/status.ts'
import { type ShownTag, showTag, tagShape } from './shapes/tag.ts'
import { pageSize } from './span-pages.ts'

const LIMIT_BY_DEFAULT = 20
const LIMIT_MAX = 40
/** Results are read as far as this, wherever a page of them begins. */
const FOUND_MAX = 100

const searchQuery = z.object({
  q: z.string().min(1).max(200),
  type: z.enum(['accounts', 'hashtags', 'statuses', '']).optional(),
  limit: count.default(LIMIT_BY_DEFAULT),
  offset: count.default(0),
  resolve: yesOrNo.optional().describe('There are no other servers to ask.'),
})

const foundShape = z.object({ accounts: z.array(accountShape), statuses: z.array(statusShape), hashtags: z.array(tagShape) })

interface Asked {
  query: string
  offset: number
  /** Where the page ends. */
  end: number
}

export const searchRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v2/search',
    summary: 'People, posts and tags that fit a text.',
    tag: 'search',
    access: 'visitor',
    scope: 'read:search',
    query: searchQuery,
    answer: foundShape,
    run: async ({ caller: { request }, query: { q, type, limit, offset } }) => {
      const asked = { query: q, offset, end: Math.min(offset + pageSize(limit, LIMIT_MAX), FOUND_MAX) }
      const wants = (name: string) => asked.offset < asked.end && (!type || type === name)
      const [accounts, statuses, hashtags] = await Promise.all([
        wants('accounts') ? findAccounts(platform, request, asked) : [],
        wants('statuses') ? findStatuses(platform, request, asked) : [],
        wants('hashtags') ? findTags(platform, request, asked) : [],
      ])
      return { accounts, statuses, hashtags }
    },
  }),
]

async function findAccounts(platform: RestPlatform, request: RequestContext, { query, offset, end }: Asked) {
  const { host } = new URL(platform.publicUrl)
  const name = query.toLowerCase().endsWith(`@${host}`) ? query.slice(0, -host.length - 1) : query
  const { found } = await searchPeople(platform.database, name, { first: end }, request.viewer)
  const users = await Promise.all(found.slice(offset).map(({ userId }) => request.loaders.user.load(userId)))
  return Promise.all(users.flatMap((user) => (user ? [showAccount(platform, request, user)] : [])))
}

async function findStatuses(platform: RestPlatform, request: RequestContext, { query, offset, end }: Asked) {
  const { found } = await searchPosts(platform.database, query, { first: end }, request.viewer)
  return Promise.all(found.slice(offset).map(({ post }) => showPost(platform, request, post)))
}

/** The tag itself, where a post has it, and those of the trends that begin so. */
async function findTags(platform: RestPlatform, { viewer }: RequestContext, { query, offset, end }: Asked): Promise<ShownTag[]> {
  const { database, rankings } = platform
  const wanted = query.replace(/^[#＃]/u, '')
  if (!isTag(wanted)) return []
  const tag = normaliseTag(wanted)
  const [{ rows }, trending] = await Promise.all([
    readTaggedPosts(database, tag, { first: 1 }, viewer),
    readTrendingTags(database, rankings, { first: FOUND_MAX, window: 'WEEK' }, viewer),
  ])
  const counts = new Map(trending.map((one) => [normaliseTag(one.tag), one.postCount]))
  const longer = [...counts.keys()].filter((name) => name !== tag && name.startsWith(tag))
  const names = rows.length > 0 ? [tag, ...longer] : longer
  return names.slice(offset, end).map((name) => showTag(platform, name, counts.get(name)))
}
