import { FRAGMENTS_MAX, findHighlights, type Highlight, type TextRange } from '../../domain/search/find-highlights.ts'
import { searchPeople } from '../../domain/search/search-people.ts'
import { searchPosts } from '../../domain/search/search-posts.ts'
import { builder, mayAsk } from './builder.ts'
import { type Edge, pageArgs, readPageArgs } from './connections.ts'
import { PostConnection, PostEdge, type ShownPost } from './post-type.ts'
import { loadUser, UserConnection } from './users.ts'

const HighlightRangeType = builder.objectRef<TextRange>('HighlightRange').implement({
  description: 'A range of a text in code points: from `start`, up to but without `end`.',
  fields: (t) => ({ start: t.exposeInt('start'), end: t.exposeInt('end') }),
})

const HighlightType = builder.objectRef<Highlight>('Highlight').implement({
  description: 'A piece of a post in which the words stand that were looked for, as it was written: plain text, to be shown as such.',
  fields: (t) => ({
    text: t.exposeString('text'),
    offset: t.exposeInt('offset', { description: 'Where the piece begins in the content, in code points.' }),
    matches: t.field({
      type: [HighlightRangeType],
      description: 'Where in `text` the words stand, in order.',
      resolve: ({ matches }) => matches,
    }),
  }),
})

/** A search reads some hundred rows whatever its page shows: as much as a page of 50 posts with their authors and counts. */
const SEARCH_COSTS = 500

/** The edge of a post that was found; where its words stand is found out for the page, when somebody asks. */
interface FoundEdge extends Edge<ShownPost> {
  highlights?: () => Promise<Highlight[]>
}

builder.objectField(PostEdge, 'highlights', (t) =>
  t.field({
    type: [HighlightType],
    description: 'Up to three pieces of what searchPosts found; none in other lists.',
    extensions: { countsAs: FRAGMENTS_MAX },
    resolve: (edge) => (edge as FoundEdge).highlights?.() ?? [],
  }),
)

builder.queryFields((t) => ({
  searchPosts: t.field({
    type: PostConnection,
    args: { query: t.arg.string(), ...pageArgs },
    description:
      'Posts with all of the words, as they stand or by their stem: "in this order", -without, one or other. The newest that match are ranked by\nrelevance and age, then those before them.',
    ...mayAsk('visitor', SEARCH_COSTS),
    resolve: async (_, { query, ...given }, request) => {
      const args = readPageArgs(given)
      const { database } = request.platform
      const { found, groups, hasNextPage, endCursor } = await searchPosts(database, query, args, request.viewer)
      let page: Promise<Highlight[][]> | undefined
      const highlights = async (index: number) => {
        page ??= findHighlights(
          database,
          found.map(({ post }) => post.content),
          groups,
        )
        return (await page)[index] ?? []
      }
      const edges: FoundEdge[] = found.map(({ post, cursor }, index) => ({ cursor, node: post, highlights: () => highlights(index) }))
      return { edges, pageInfo: pageInfoOf(edges, hasNextPage, endCursor, args.after) }
    },
  }),
  searchUsers: t.field({
    type: UserConnection,
    args: { query: t.arg.string(), ...pageArgs },
    description: 'People by username, display name or bio: exact usernames first, and those whom the viewer follows before others.',
    ...mayAsk('visitor', SEARCH_COSTS),
    resolve: async (_, { query, ...given }, request) => {
      const args = readPageArgs(given)
      const { found, hasNextPage, endCursor } = await searchPeople(request.platform.database, query, args, request.viewer)
      const edges = found.map(({ userId, cursor }) => ({ cursor, node: loadUser(request, userId) }))
      return { edges, pageInfo: pageInfoOf(edges, hasNextPage, endCursor, args.after) }
    },
  }),
}))

function pageInfoOf(
  edges: readonly { cursor: string }[],
  hasNextPage: boolean,
  endCursor: string | null,
  after: string | null | undefined,
) {
  return { hasNextPage, hasPreviousPage: after !== undefined && after !== null, startCursor: edges[0]?.cursor ?? null, endCursor }
}
