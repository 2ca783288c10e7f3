import type { Reader } from '../../platform/database/statement.ts'
import { parseId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { type Looker, maySeePost, maySeePostById } from '../visibility/visibility-rules.ts'
import { type Post, readPosts } from './read-posts.ts'

/** The post that a mutation is about, as its looker sees it. @throws NOT_FOUND when it is not there or may not be seen */
export function findVisiblePost(reader: Reader, id: string | number, looker: Looker): Promise<Post> {
  return findPost(reader, id, looker, maySeePost)
}

/** As findVisiblePost; an admin finds every post. */
export function findPostById(reader: Reader, id: string | number, looker: Looker): Promise<Post> {
  return findPost(reader, id, looker, maySeePostById)
}

async function findPost(reader: Reader, id: string | number, looker: Looker, maySee: typeof maySeePost): Promise<Post> {
  const postId = parseId(id)
  const post = postId === undefined ? undefined : (await readPosts(reader, [postId], looker))[0]
  if (!post || !maySee(post, looker)) throw refuse('post.not-found')
  return post
}
