import { z } from 'zod'

export interface TouchedRows {
  posts: number[]
  shares: number[]
  users: number[]
}

const id = z.number().int()
const payloads = z.object({ postId: id.optional(), shareId: id.optional(), userId: id.optional() })
type Payload = z.infer<typeof payloads>

const post = ({ postId }: Payload): Partial<TouchedRows> => ({ posts: defined(postId) })
const share = ({ postId, shareId }: Payload): Partial<TouchedRows> => ({ posts: defined(postId), shares: defined(shareId) })
const user = ({ userId }: Payload): Partial<TouchedRows> => ({ users: defined(userId) })

/** Which rows a fact changes, counts included. A fact that is not here changes none that is kept. */
const TOUCHES: Readonly<Record<string, (payload: Payload) => Partial<TouchedRows>>> = {
  'post.published': post,
  'post.edited': post,
  'post.deleted': post,
  'post.pinned': post,
  'post.unpinned': post,
  'post.hidden': post,
  'post.restored': post,
  'post.liked': post,
  'post.unliked': post,
  'post.shared': share,
  'post.unshared': share,
  'comment.written': post,
  'comment.deleted': post,
  'account.changed': user,
  'account.email-changed': user,
  'account.closed': user,
  'account.suspended': user,
  'account.restored': user,
}

export function touchedBy(name: string, payload: unknown): TouchedRows {
  const touched = TOUCHES[name]?.(payloads.parse(payload))
  return { posts: [], shares: [], users: [], ...touched }
}

function defined(value: number | undefined): number[] {
  return value === undefined ? [] : [value]
}
