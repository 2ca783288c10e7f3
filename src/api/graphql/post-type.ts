import type { User } from '../../domain/accounts/read-users.ts'
import type { PostCounts } from '../../domain/interactions/read-counts.ts'
import type { Post } from '../../domain/posts/read-posts.ts'
import { builder } from './builder.ts'
import { connectionAndEdge } from './connections.ts'

/** A post, with what came along with it: that is not read again. */
export type ShownPost = Post & { author?: User; counts?: PostCounts; createdAt?: string }

export const PostType = builder.objectRef<ShownPost>('Post')
export const { connection: PostConnection, edge: PostEdge } = connectionAndEdge('Post', PostType)

export const VisibilityType = builder.enumType('Visibility', {
  description:
    'FOLLOWERS: the author and those who follow them now. Following needs no consent: it keeps a post out of the public places, it does not make it secret.',
  values: ['PUBLIC', 'FOLLOWERS'] as const,
})
