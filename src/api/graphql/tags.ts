import { readTaggedPosts, TAGGED_POSTS_LIST } from '../../domain/posts/read-tagged-posts.ts'
import { builder, mayAsk } from './builder.ts'
import { connect, pageArgs, readPageArgs } from './connections.ts'
import { PostConnection } from './post-type.ts'

builder.queryField('taggedPosts', (t) =>
  t.field({
    type: PostConnection,
    args: { tag: t.arg.string(), ...pageArgs },
    description: 'Posts with a tag, with or without #, in whatever case, newest first.',
    ...mayAsk('visitor'),
    resolve: async (_, { tag, ...given }, request) => {
      const args = readPageArgs(given)
      return connect(
        TAGGED_POSTS_LIST,
        await readTaggedPosts(request.platform.database, tag, args, request.viewer),
        args,
        (post) => post.id,
        (post) => post,
      )
    },
  }),
)
