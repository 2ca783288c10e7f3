/** Who looks. A visitor is undefined. */
export interface Looker {
  id: number
  role: 'user' | 'admin'
}

/** What is true between a looker and the author of something, read together with the row. */
export interface AuthorFacts {
  authorId: number
  /** Suspended by a moderator. */
  authorSuspended: boolean
  /** The account was closed: what is left of it is being deleted. */
  authorClosed: boolean
  viewerFollowsAuthor: boolean
  blockedEitherWay: boolean
}

export interface PostFacts extends AuthorFacts {
  visibility: 'PUBLIC' | 'FOLLOWERS'
  hidden: boolean
}

/** A post is visible to its author; to others unless hidden, of a suspended author, for followers only and not followed, or across a block. */
export function maySeePost(post: PostFacts, looker: Looker | undefined): boolean {
  if (post.authorClosed) return false
  if (looker?.id === post.authorId) return true
  if (post.hidden || post.authorSuspended || post.blockedEitherWay) return false
  return post.visibility === 'PUBLIC' || post.viewerFollowsAuthor
}

/** An admin reads every post by its id; nobody reads what is left of a closed account. */
export function maySeePostById(post: PostFacts, looker: Looker | undefined): boolean {
  return (looker?.role === 'admin' && !post.authorClosed) || maySeePost(post, looker)
}

export interface CommentFacts extends AuthorFacts {
  hidden: boolean
  post: PostFacts
}

/** A comment is visible where its post is, unless it is hidden, its author suspended, or blocked either way. */
export function maySeeComment(comment: CommentFacts, looker: Looker | undefined): boolean {
  return maySeePost(comment.post, looker) && maySeeUnderPost(comment, looker)
}

/** As maySeeComment, where the post is known to be visible. */
export function maySeeUnderPost(comment: AuthorFacts & { hidden: boolean }, looker: Looker | undefined): boolean {
  if (comment.authorClosed) return false
  if (looker?.id === comment.authorId) return true
  return !comment.hidden && maySeeWhatTheyDid(comment)
}

export function maySeeCommentById(comment: CommentFacts, looker: Looker | undefined): boolean {
  const anAdminMay = looker?.role === 'admin' && !comment.authorClosed && !comment.post.authorClosed
  return anAdminMay || maySeeComment(comment, looker)
}

/** Likes and shares are left out of lists where who did it is suspended, gone, or blocked either way. */
export function maySeeWhatTheyDid(actor: Pick<AuthorFacts, 'authorSuspended' | 'authorClosed' | 'blockedEitherWay'>): boolean {
  return !actor.authorSuspended && !actor.authorClosed && !actor.blockedEitherWay
}
