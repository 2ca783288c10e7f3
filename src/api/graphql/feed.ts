import type { Warm } from '../../domain/feeds/choose-source.ts'
import type { FeedEntry } from '../../domain/feeds/home-feed-truth.ts'
import { acceptFeedPage, readFeed } from '../../domain/feeds/read-feed.ts'
import { HOME_FEED_LIST, readHomeFeed } from '../../domain/feeds/read-home-feed.ts'
import { makeCursor } from '../../domain/input/page-rules.ts'
import { instantOfId, parseUserId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { type RequestContext, requireViewer } from '../request-context.ts'
import { builder, mayAsk } from './builder.ts'
import { type PageInfo, PageInfoType, pageArgs, pageInfo, readPageArgs } from './connections.ts'
import { readAhead } from './look-ahead.ts'
import { plainly, plainWhere } from './plain-fields.ts'
import { PostType, type ShownPost } from './post-type.ts'
import { UserType } from './user-type.ts'
import { loadUser } from './users.ts'

export interface FeedEdge {
  node: ShownPost
  reason: 'FOLLOWED' | 'SHARED' | 'OWN'
  entry: FeedEntry
}

const FeedReasonType = builder.enumType('FeedReason', {
  description: "Why a post is in the feed. OWN is the viewer's own post; the viewer's own share is SHARED.",
  values: ['FOLLOWED', 'SHARED', 'OWN'] as const,
})

export const FeedEdgeType = builder.objectRef<FeedEdge>('FeedEdge').implement({
  fields: (t) => ({
    cursor: t.string(plainly(({ entry }: FeedEdge) => makeCursor(HOME_FEED_LIST, entry.entryId))),
    node: t.field({ type: PostType, ...plainly((edge: FeedEdge) => edge.node) }),
    reason: t.expose('reason', { type: FeedReasonType }),
    sharedBy: t.field({
      type: UserType,
      nullable: true,
      description: 'Set when reason is SHARED.',
      ...plainWhere(({ entry }: FeedEdge) => (entry.sharedById === null ? null : entry.sharedBy)),
      resolve: ({ entry }, _, request) => (entry.sharedById === null ? null : (entry.sharedBy ?? loadUser(request, entry.sharedById))),
    }),
    sharedAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...plainly(({ entry }: FeedEdge) => (entry.sharedById === null ? null : instantOfId(entry.entryId))),
    }),
    sharedMessage: t.string({
      nullable: true,
      description: 'What the sharer wrote.',
      ...plainly(({ entry }: FeedEdge) => entry.sharedMessage),
    }),
  }),
})

interface FeedConnection {
  edges: FeedEdge[]
  pageInfo: PageInfo
}

const FeedConnectionType = builder.objectRef<FeedConnection>('FeedConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [FeedEdgeType], ...plainly((connection: FeedConnection) => connection.edges) }),
    pageInfo: t.field({ type: PageInfoType, ...plainly((connection: FeedConnection) => connection.pageInfo) }),
  }),
})

/** An entry as the viewer's feed shows it, with why it is there. */
export function edgeOf(entry: FeedEntry, viewerId: number): FeedEdge {
  const own = entry.authorId === viewerId ? 'OWN' : 'FOLLOWED'
  return { node: entry, reason: entry.sharedById === null ? own : 'SHARED', entry }
}

builder.queryFields((t) => ({
  feed: t.field({
    type: [PostType],
    args: {
      userId: t.arg.id({ required: false }),
      first: t.arg.int({ required: false, defaultValue: 20 }),
      before: t.arg.id({ required: false }),
      includeOwn: t.arg.boolean({ required: false, defaultValue: false }),
    },
    description:
      'Newest-first posts of the users that `userId` follows, by (createdAt, id) descending; shares are in homeFeed alone. `userId` is the viewer\nwhen left out; only the user themself or an admin may read it. `before` is the id of a post, there or deleted: only older ones follow.',
    ...mayAsk('user'),
    resolve: async (_, { userId, first, before, includeOwn }, request, info) => {
      const args = { first: first ?? 20, before, includeOwn: includeOwn ?? false }
      acceptFeedPage(args) // what is no question is told before whose feed may be read
      const whose = await whoseFeed(request, userId)
      const posts = await readFeed(request.platform.database, whose, args, whose === request.viewer?.id ? warmOf(request) : undefined)
      await readAhead(request, info, posts)
      return posts
    },
  }),
  homeFeed: t.field({
    type: FeedConnectionType,
    args: { ...pageArgs, includeOwn: t.arg.boolean({ required: false, defaultValue: true }) },
    description:
      'The home feed for clients that scroll: the same posts, and what followed users share, at the time of the share, each with why it is there.',
    ...mayAsk('user'),
    resolve: async (_, given, request, info) => {
      const viewer = requireViewer(request)
      const args = readPageArgs(given)
      const page = await readHomeFeed(
        request.platform.database,
        viewer.id,
        { ...args, includeOwn: given.includeOwn ?? true },
        warmOf(request),
      )
      await readAhead(request, info, page.entries)
      const edges = page.entries.map((entry) => edgeOf(entry, viewer.id))
      const start = page.entries[0]?.entryId
      return { edges, pageInfo: pageInfo(HOME_FEED_LIST, start === undefined ? undefined : makeCursor(HOME_FEED_LIST, start), page, args) }
    },
  }),
}))

/** The viewer's own feed may come from their head. */
function warmOf(request: RequestContext): Warm | undefined {
  const { warmFeeds } = request.platform
  return warmFeeds && { feeds: warmFeeds, viewer: requireViewer(request) }
}

/** Whose feed is read: the viewer's, or, for an admin, anybody's. @throws FORBIDDEN, and NOT_FOUND to an admin */
async function whoseFeed(request: RequestContext, id: string | null | undefined): Promise<number> {
  const viewer = requireViewer(request)
  if (id === undefined || id === null) return viewer.id
  const userId = parseUserId(id)
  if (userId === viewer.id) return viewer.id
  if (viewer.role !== 'admin') throw refuse('feed.not-yours')
  const user = userId === undefined ? undefined : await request.loaders.user.load(userId)
  if (!user || user.isClosed) throw refuse('user.not-found')
  return user.id
}
