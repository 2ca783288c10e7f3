import type { Post } from '../../domain/posts/read-posts.ts'
import { builder } from './builder.ts'
import { connectionType } from './connections.ts'

export const PostType = builder.objectRef<Post>('Post')
export const PostConnection = connectionType('Post', PostType)

export const VisibilityType = builder.enumType('Visibility', {
  description:
    'FOLLOWERS: the author and those who follow them now. Following needs no consent: it keeps a post out of the public places, it does not make it secret.',
  values: ['PUBLIC', 'FOLLOWERS'] as const,
})
