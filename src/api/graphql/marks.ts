import { bookmarkPost, unbookmarkPost } from '../../domain/interactions/bookmark-post.ts'
import { type MarkedList, readMarkedPosts } from '../../domain/interactions/read-marked-posts.ts'
import { PINS_MAX, pinPost, unpinPost } from '../../domain/posts/pin-post.ts'
import type { Looker } from '../../domain/visibility/visibility-rules.ts'
import type { Database } from '../../platform/database/open-database.ts'
import { requireViewer } from '../request-context.ts'
import { builder, mayAsk, mayWrite } from './builder.ts'
import { connect, pageArgs, readPageArgs } from './connections.ts'
import { PostConnection, PostType } from './post-type.ts'
import { loadPost, PostPayload } from './posts.ts'
import { UserType } from './user-type.ts'

type Verb = (database: Database, viewer: Looker, postId: string) => Promise<number>

const VERBS: Record<string, { verb: Verb; description?: string }> = {
  bookmarkPost: { verb: bookmarkPost, description: "Bookmarks are their owner's alone: nobody is told, and there is no count." },
  unbookmarkPost: { verb: unbookmarkPost },
  pinPost: {
    verb: pinPost,
    description: "One's own posts, at most 5, to the top of one's profile. The sixth, or somebody else's: FORBIDDEN.",
  },
  unpinPost: { verb: unpinPost },
}

for (const [name, { verb, description }] of Object.entries(VERBS)) {
  builder.mutationField(name, (t) =>
    t.field({
      type: PostPayload,
      args: { postId: t.arg.id() },
      ...(description ? { description } : {}),
      ...mayWrite(),
      resolve: async (_, { postId }, request) => ({
        post: await loadPost(request, await verb(request.platform.database, requireViewer(request), postId)),
      }),
    }),
  )
}

const LISTS: Record<string, { list: MarkedList; description: string }> = {
  bookmarkedPosts: { list: 'bookmarked', description: 'What the viewer bookmarked, the last first.' },
  likedPosts: { list: 'liked', description: 'What the viewer liked, the last first.' },
}

for (const [name, { list, description }] of Object.entries(LISTS)) {
  builder.queryField(name, (t) =>
    t.field({
      type: PostConnection,
      args: pageArgs,
      description,
      ...mayAsk('user'),
      resolve: async (_, given, request) => {
        const args = readPageArgs(given)
        return connect(
          list,
          await readMarkedPosts(request.platform.database, list, requireViewer(request), args),
          args,
          (post) => post.key,
          (post) => post,
        )
      },
    }),
  )
}

builder.objectFields(PostType, (t) => ({
  viewerHasBookmarked: t.boolean({ resolve: (post, _, request) => request.loaders.did('bookmarked-posts', post.id) }),
  isPinned: t.exposeBoolean('pinned', { description: "Whether it stands at the top of its author's profile." }),
}))

builder.objectField(UserType, 'pinnedPosts', (t) =>
  t.field({
    type: [PostType],
    description: 'At most 5, the last pinned first.',
    extensions: { countsAs: PINS_MAX },
    resolve: (user, _, request) => request.loaders.pinnedOf.load(user.id),
  }),
)
