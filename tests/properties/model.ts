/**
 * What Nexus is to do, in memory and in the plainest way: written from the head of the contract, and not from the code. People are numbers
 * from 0; a visitor is undefined.
 */
export interface World {
  follows: Pairs
  blocks: Pairs
  mutes: Pairs
  /** In the order in which they were made; deleted ones stay here, marked. */
  posts: Post[]
  comments: Comment[]
  /** Counts everything that is done, so that what was done later has the greater number. */
  clock: number
}

export interface Post {
  id: string
  author: number
  content: string
  visibility: 'PUBLIC' | 'FOLLOWERS'
  quotes: Post | undefined
  at: number
  edited: boolean
  deleted: boolean
  likes: Set<number>
  shares: Map<number, { at: number; message: string }>
}

export interface Comment {
  id: string
  author: number
  post: Post
  parent: Comment | undefined
  deleted: boolean
  likes: Set<number>
}

/** Who does it, then to whom. */
export interface Pairs {
  has(one: number | undefined, other: number): boolean
  add(one: number, other: number): void
  delete(one: number, other: number): void
  all(): [number, number][]
}

export type Viewer = number | undefined

export function newWorld(): World {
  return { follows: pairs(), blocks: pairs(), mutes: pairs(), posts: [], comments: [], clock: 0 }
}

function pairs(): Pairs {
  const kept = new Map<string, [number, number]>()
  return {
    has: (one, other) => kept.has(`${one} ${other}`),
    // Done again it keeps its place.
    add: (one, other) => void (kept.has(`${one} ${other}`) || kept.set(`${one} ${other}`, [one, other])),
    delete: (one, other) => void kept.delete(`${one} ${other}`),
    all: () => [...kept.values()],
  }
}

export function blockedEitherWay({ blocks }: World, one: Viewer, other: number): boolean {
  return one !== undefined && (blocks.has(one, other) || blocks.has(other, one))
}

/** "A post is visible to its author; to others unless it is deleted, […] FOLLOWERS and they do not follow the author now, or across a block" */
export function maySeePost(world: World, viewer: Viewer, post: Post): boolean {
  if (post.deleted) return false
  if (post.author === viewer) return true
  if (blockedEitherWay(world, viewer, post.author)) return false
  return post.visibility === 'PUBLIC' || world.follows.has(viewer, post.author)
}

/** "A comment or share is visible where its post is, unless its author is suspended or blocked, either way." */
export function maySeeComment(world: World, viewer: Viewer, comment: Comment): boolean {
  return !comment.deleted && maySeePost(world, viewer, comment.post) && !blockedEitherWay(world, viewer, comment.author)
}

export interface Entry {
  post: Post
  sharer: number | undefined
  at: number
}

/**
 * "every post by someone V follows and every share by someone V follows (and V's own when asked), each at its own time, […] without what is
 * deleted, not visible to V, by or shared by someone blocked either way […], or by someone V muted"
 */
export function homeFeed(world: World, viewer: number, includeOwn: boolean): Entry[] {
  const heard = (actor: number) => (actor === viewer ? includeOwn : world.follows.has(viewer, actor)) && !world.mutes.has(viewer, actor)
  const entries = world.posts.flatMap((post): Entry[] => {
    if (!maySeePost(world, viewer, post) || world.mutes.has(viewer, post.author)) return []
    const itself = { post, sharer: undefined, at: post.at }
    return [itself, ...[...post.shares].map(([sharer, { at }]) => ({ post, sharer, at }))]
  })
  return entries
    .filter(({ post, sharer }) => heard(sharer ?? post.author) && !blockedEitherWay(world, viewer, sharer ?? post.author))
    .sort((a, b) => b.at - a.at)
}

/** "Newest-first posts of the users that `userId` follows […]; shares are in homeFeed alone." */
export function feed(world: World, viewer: number, includeOwn: boolean): Post[] {
  return homeFeed(world, viewer, includeOwn)
    .filter(({ sharer }) => sharer === undefined)
    .map(({ post }) => post)
}

/** "Public posts of everyone, newest first"; "A mute works in […] publicFeed" */
export function publicFeed(world: World, viewer: Viewer): Post[] {
  return newestFirst(world.posts).filter(
    (post) => post.visibility === 'PUBLIC' && maySeePost(world, viewer, post) && !world.mutes.has(viewer, post.author),
  )
}

/** A mute does not work in "profiles, tags, search and threads". */
export function postsOf(world: World, viewer: Viewer, author: number): Post[] {
  return newestFirst(world.posts).filter((post) => post.author === author && maySeePost(world, viewer, post))
}

/** Top-level ones of a post, or the replies below a comment, oldest first. */
export function commentsBelow(world: World, viewer: Viewer, post: Post, parent: Comment | undefined): Comment[] {
  return world.comments.filter((comment) => comment.post === post && comment.parent === parent && maySeeComment(world, viewer, comment))
}

/** "All counts […] are of everyone's, whoever looks; commentCount has the replies in it." */
export function commentCount(world: World, post: Post): number {
  return world.comments.filter((comment) => comment.post === post && !comment.deleted).length
}

export function replyCount(world: World, parent: Comment): number {
  return world.comments.filter((comment) => comment.parent === parent && !comment.deleted).length
}

/** "deleting a comment takes the replies below it" */
export function deleteThread(world: World, comment: Comment): void {
  comment.deleted = true
  for (const reply of world.comments) if (reply.parent === comment && !reply.deleted) deleteThread(world, reply)
}

function newestFirst(posts: Post[]): Post[] {
  return [...posts].sort((a, b) => b.at - a.at)
}
