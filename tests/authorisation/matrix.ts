import { PASSWORD } from '../cast.ts'
import { APPS } from './app-rows.ts'
import { MARKS } from './mark-rows.ts'
import { MEDIA } from './media-rows.ts'
import { MODERATION } from './moderation-rows.ts'
import { OPERATIONS } from './operation-rows.ts'
import { B, c, F, N, n, type Outcomes, o, type Row, row, s, U } from './row.ts'
import type { Stage } from './stage.ts'

const USER = '{ user { id } }'
const POST = '{ post { id } }'
const COMMENT = '{ comment { id } }'
const password = JSON.stringify(PASSWORD)

// The header is not looked at.
const CREDENTIALS = [
  row(
    'Mutation.createUser',
    ({ number }) => `createUser(username: "new${number}", email: "new${number}@x.y", password: ${password}) ${USER}`,
    [...([c, c, c, c, c, c] as Outcomes)],
  ),
  row('Mutation.login', ({ owner }) => `login(username: "${owner.username}", password: ${password}) ${USER}`, [c, c, c, c, c, c]),
  row('Mutation.refreshToken', ({ owner }) => `refreshToken(refreshToken: "${owner.refreshToken}") ${USER}`, [c, c, c, c, c, c]),
  row('Mutation.requestPasswordReset', ({ owner }) => `requestPasswordReset(email: "${owner.email}")`, [c, c, c, c, c, c]),
  row('Mutation.resetPassword', ({ owner }) => `resetPassword(token: "${owner.resetToken}", newPassword: ${password}) ${USER}`, [
    ...([c, c, c, c, c, c] as Outcomes),
  ]),
  row('Mutation.verifyEmail', ({ owner }) => `verifyEmail(token: "${owner.verifyToken}") ${USER}`, [c, c, c, c, c, c]),
  row('Mutation.login: of the deleted', ({ gone }) => `login(username: "${gone.username}", password: ${password}) ${USER}`, [
    U,
    U,
    U,
    U,
    U,
    U,
  ]),
  row('Mutation.refreshToken: of the deleted', ({ gone }) => `refreshToken(refreshToken: "${gone.refreshToken}") ${USER}`, [
    ...([U, U, U, U, U, U] as Outcomes),
  ]),
]

// Nobody else's account can be named.
const OWN_ACCOUNT = [
  row('Mutation.logout', () => 'logout', [U, c, c, c, c, U]),
  row('Mutation.changePassword', () => `changePassword(currentPassword: ${password}, newPassword: "another horse") ${USER}`, [
    U,
    c,
    c,
    c,
    c,
    U,
  ]),
  row('Mutation.changeEmail', ({ number }) => `changeEmail(password: ${password}, email: "other${number}@x.y") ${USER}`, [
    U,
    c,
    c,
    c,
    c,
    U,
  ]),
  row('Mutation.updateUser', () => `updateUser(bio: "words") ${USER}`, [U, c, c, c, c, U]),
  row('Mutation.deleteUser', () => `deleteUser(password: ${password})`, [U, c, c, c, c, U]),
  row('Mutation.deleteUser: wrong password', () => 'deleteUser(password: "wrong horse")', [U, B, B, B, B, U]),
]

const POSTS = [
  row('Mutation.createPost', () => `createPost(content: "words") ${POST}`, [U, c, c, c, c, U]),
  row('Mutation.createPost: quoting', (at) => `createPost(content: "words", quotedPostId: ${at.post}) ${POST}`, [U, c, N, c, c, U]),
  row(
    'Mutation.createPost: quoting what is for followers',
    (at) => `createPost(content: "words", quotedPostId: ${at.followersPost}) ${POST}`,
    [...([U, N, N, F, N, U] as Outcomes)],
  ),
  row('Mutation.updatePost', (at) => `updatePost(id: ${at.post}, content: "other words") ${POST}`, [U, F, N, c, F, U]),
  row('Mutation.updatePost: for followers', (at) => `updatePost(id: ${at.followersPost}, content: "other words") ${POST}`, [
    U,
    N,
    N,
    c,
    N,
    U,
  ]),
  row('Mutation.updatePost: hidden, of bob', (at) => `updatePost(id: ${at.bobsHiddenPost}, content: "other words") ${POST}`, [
    U,
    N,
    N,
    N,
    N,
    U,
  ]),
  row('Mutation.deletePost', (at) => `deletePost(id: ${at.post})`, [U, F, N, c, c, U]),
  row('Mutation.deletePost: for followers', (at) => `deletePost(id: ${at.followersPost})`, [U, N, N, c, c, U]),
  row('Mutation.deletePost: hidden', (at) => `deletePost(id: ${at.hiddenPost})`, [U, N, N, c, c, U]),
  row('Mutation.deletePost: of the suspended', (at) => `deletePost(id: ${at.suspendedPost})`, [U, N, N, N, c, U]),
]

const REACTIONS = [
  row('Mutation.likePost', (at) => `likePost(postId: ${at.post}) ${POST}`, [U, c, N, c, c, U]),
  row('Mutation.likePost: for followers', (at) => `likePost(postId: ${at.followersPost}) ${POST}`, [U, N, N, c, N, U]),
  row('Mutation.likePost: hidden, of bob', (at) => `likePost(postId: ${at.bobsHiddenPost}) ${POST}`, [U, N, N, N, N, U]),
  row('Mutation.unlikePost', (at) => `unlikePost(postId: ${at.post}) ${POST}`, [U, c, N, c, c, U], {
    before: 'insert into likes (user_id, post_id) select $1, id from posts where author_id = $2',
  }),
  row('Mutation.sharePost', (at) => `sharePost(postId: ${at.post}) ${POST}`, [U, c, N, c, c, U]),
  row('Mutation.sharePost: for followers', (at) => `sharePost(postId: ${at.followersPost}) ${POST}`, [U, N, N, F, N, U]),
  row('Mutation.sharePost: hidden, of bob', (at) => `sharePost(postId: ${at.bobsHiddenPost}) ${POST}`, [U, N, N, N, N, U]),
  row('Mutation.unsharePost', (at) => `unsharePost(postId: ${at.post}) ${POST}`, [U, c, N, c, c, U], {
    before: 'insert into shares (user_id, post_id) select $1, id from posts where author_id = $2',
  }),
]

const COMMENTS = [
  row('Mutation.createComment', (at) => `createComment(postId: ${at.post}, text: "words") ${COMMENT}`, [U, c, N, c, c, U]),
  row('Mutation.createComment: for followers', (at) => `createComment(postId: ${at.followersPost}, text: "words") ${COMMENT}`, [
    ...([U, N, N, c, N, U] as Outcomes),
  ]),
  row('Mutation.createComment: hidden, of bob', (at) => `createComment(postId: ${at.bobsHiddenPost}, text: "words") ${COMMENT}`, [
    ...([U, N, N, N, N, U] as Outcomes),
  ]),
  row('Mutation.updateComment', (at) => `updateComment(id: ${at.comment}, text: "other words") ${COMMENT}`, [U, F, N, c, F, U]),
  row('Mutation.updateComment: on a hidden post', (at) => `updateComment(id: ${at.commentOnHidden}, text: "other words") ${COMMENT}`, [
    ...([U, N, N, N, N, U] as Outcomes),
  ]),
  row('Mutation.deleteComment', (at) => `deleteComment(id: ${at.comment})`, [U, F, N, c, c, U]),
  row('Mutation.deleteComment: for followers', (at) => `deleteComment(id: ${at.commentForFollowers})`, [U, N, N, c, c, U]),
  row('Mutation.deleteComment: on a hidden post', (at) => `deleteComment(id: ${at.commentOnHidden})`, [U, N, N, c, c, U]),
  row('Mutation.likeComment', (at) => `likeComment(commentId: ${at.comment}) ${COMMENT}`, [U, c, N, c, c, U]),
  row('Mutation.likeComment: on a hidden post', (at) => `likeComment(commentId: ${at.commentOnHidden}) ${COMMENT}`, [U, N, N, N, N, U]),
  row('Mutation.unlikeComment', (at) => `unlikeComment(commentId: ${at.comment}) ${COMMENT}`, [U, c, N, c, c, U], {
    before: 'insert into comment_likes (user_id, comment_id) select $1, id from comments where author_id = $2',
  }),
]

const RELATIONSHIPS = [
  row('Mutation.followUser', ({ owner }) => `followUser(userId: ${owner.id}) ${USER}`, [U, c, F, B, c, U]),
  row('Mutation.unfollowUser', ({ owner }) => `unfollowUser(userId: ${owner.id}) ${USER}`, [U, c, o, o, c, U], {
    before: `insert into follows (follower_id, following_id) select $1, $2 where $1::int <> $2::int
      and not exists (select from blocks where blocker_id = $2 and blocked_id = $1)`,
  }),
  row('Mutation.blockUser', ({ owner }) => `blockUser(userId: ${owner.id}) ${USER}`, [U, c, c, B, c, U]),
  row('Mutation.unblockUser', ({ owner }) => `unblockUser(userId: ${owner.id}) ${USER}`, [U, c, c, o, c, U], {
    before: 'insert into blocks (blocker_id, blocked_id) select $1, $2 where $1::int <> $2::int',
  }),
  // The other's block is not theirs to end.
  row('Mutation.unblockUser: by the blocked', ({ owner }) => `unblockUser(userId: ${owner.id}) ${USER}`, [U, o, o, o, o, U]),
  row('Mutation.muteUser', ({ owner }) => `muteUser(userId: ${owner.id}) ${USER}`, [U, c, c, B, c, U]),
  row('Mutation.unmuteUser', ({ owner }) => `unmuteUser(userId: ${owner.id}) ${USER}`, [U, c, c, o, c, U], {
    before: 'insert into mutes (muter_id, muted_id) select $1, $2 where $1::int <> $2::int',
  }),
  row('Mutation.followUser: the deleted', ({ gone }) => `followUser(userId: ${gone.id}) ${USER}`, [U, N, N, N, N, U]),
  row('Mutation.report', (at) => `report(postId: ${at.post}, reason: "words")`, [U, c, N, c, c, U]),
  row('Mutation.report: for followers', (at) => `report(postId: ${at.followersPost}, reason: "words")`, [U, N, N, c, N, U]),
  row('Mutation.report: a comment', (at) => `report(commentId: ${at.comment}, reason: "words")`, [U, c, N, c, c, U]),
  row('Mutation.report: a user', ({ owner }) => `report(userId: ${owner.id}, reason: "words")`, [U, c, c, c, c, U]),
]

// biome-ignore lint/suspicious/noExplicitAny: as above
const has = (list: (data: any) => any, id: (stage: Stage) => number) => (data: any, stage: Stage) =>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  data && list(data).edges.find(({ node }: any) => Number((node.user ?? node.author ?? node).id) === id(stage))

const READS = [
  row('Query.me', () => 'me { id }', [n, s, s, s, s, U]),
  row('Query.user', ({ owner }) => `user(id: ${owner.id}) { id }`, [s, s, s, s, s, U]),
  row('Query.user: the deleted', ({ gone }) => `user(id: ${gone.id}) { id }`, [n, n, n, n, n, U]),
  row('Query.users', () => 'users { edges { node { id } } }', [s, s, s, s, s, U]),
  row('Query.post', (at) => `post(id: ${at.post}) { id }`, [s, s, n, s, s, U]),
  row('Query.post: for followers', (at) => `post(id: ${at.followersPost}) { id }`, [n, n, n, s, s, U]),
  row('Query.post: hidden', (at) => `post(id: ${at.hiddenPost}) { id }`, [n, n, n, s, s, U]),
  row('Query.post: of the suspended', (at) => `post(id: ${at.suspendedPost}) { id }`, [n, n, n, n, s, U]),
  row('Query.comment', (at) => `comment(id: ${at.comment}) { id }`, [s, s, n, s, s, U]),
  row('Query.comment: hidden', (at) => `comment(id: ${at.hiddenComment}) { id }`, [n, n, n, s, s, U]),
  row('Query.comment: for followers', (at) => `comment(id: ${at.commentForFollowers}) { id }`, [n, n, n, s, s, U]),
  row('Query.comment: on a hidden post', (at) => `comment(id: ${at.commentOnHidden}) { id }`, [n, n, n, n, s, U]),
  row('Query.feed', () => 'feed { id }', [U, s, s, s, s, U]),
  row("Query.feed: the owner's", ({ owner }) => `feed(userId: ${owner.id}) { id }`, [U, F, F, s, s, U]),
  row('Query.explainFeed', ({ owner, post }) => `explainFeed(userId: ${owner.id}, postId: ${post}) { stands }`, [U, F, F, F, s, U]),
  row('Query.explainFeed: of nobody', ({ post }) => `explainFeed(userId: 2000000000, postId: ${post}) { stands }`, [U, F, F, F, N, U]),
  row('Query.feed: of an unknown user', () => 'feed(userId: 2000000000) { id }', [U, F, F, F, N, U]),
  row('Query.feed: of the deleted', ({ gone }) => `feed(userId: ${gone.id}) { id }`, [U, F, F, F, N, U]),
  row('Query.homeFeed', () => 'homeFeed { edges { node { id } } }', [U, s, s, s, s, U]),
  row('Query.publicFeed', () => 'publicFeed(first: 100) { edges { node { id } } }', [s, s, n, s, s, U], {
    pick: has(
      (data) => data.publicFeed,
      (at) => at.post,
    ),
  }),
  row('Query.publicFeed: for followers', () => 'publicFeed(first: 100) { edges { node { id } } }', [n, n, n, n, n, U], {
    pick: has(
      (data) => data.publicFeed,
      (at) => at.followersPost,
    ),
  }),
  row('Query.trendingPosts', () => 'trendingPosts(first: 100) { id }', [s, s, s, s, s, U], {
    pick: (data, at) => data?.trendingPosts.find(({ id }: { id: string }) => Number(id) === at.bobsPost),
  }),
  row('Query.trendingTags', () => 'trendingTags { tag }', [s, s, s, s, s, U], { pick: (data) => data?.trendingTags[0] }),
  row('Query.taggedPosts', () => 'taggedPosts(tag: "Words") { edges { node { id } } }', [s, s, n, s, s, U], {
    pick: has(
      (data) => data.taggedPosts,
      (at) => at.post,
    ),
  }),
  row('Query.taggedPosts: for followers', () => 'taggedPosts(tag: "followers") { edges { node { id } } }', [n, n, n, s, n, U], {
    pick: has(
      (data) => data.taggedPosts,
      (at) => at.followersPost,
    ),
  }),
  row('Query.taggedPosts: hidden', () => 'taggedPosts(tag: "hidden") { edges { node { id } } }', [n, n, n, s, n, U], {
    pick: has(
      (data) => data.taggedPosts,
      (at) => at.hiddenPost,
    ),
  }),
  row('Query.searchPosts', () => 'searchPosts(query: "words", first: 100) { edges { node { id } } }', [s, s, n, s, s, U], {
    pick: has(
      (data) => data.searchPosts,
      (at) => at.post,
    ),
  }),
  row('Query.searchPosts: for followers', () => 'searchPosts(query: "words", first: 100) { edges { node { id } } }', [n, n, n, s, n, U], {
    pick: has(
      (data) => data.searchPosts,
      (at) => at.followersPost,
    ),
  }),
  row('Query.searchPosts: hidden', () => 'searchPosts(query: "words", first: 100) { edges { node { id } } }', [n, n, n, s, n, U], {
    pick: has(
      (data) => data.searchPosts,
      (at) => at.hiddenPost,
    ),
  }),
  row(
    'Query.searchPosts: of the suspended',
    () => 'searchPosts(query: "words", first: 100) { edges { node { id } } }',
    [n, n, n, n, n, U],
    {
      pick: has(
        (data) => data.searchPosts,
        (at) => at.suspendedPost,
      ),
    },
  ),
  row('Query.searchUsers', ({ owner }) => `searchUsers(query: "${owner.username}") { edges { node { id } } }`, [s, s, s, s, s, U], {
    pick: has(
      (data) => data.searchUsers,
      (at) => at.owner.id,
    ),
  }),
  row(
    'Query.searchUsers: of the deleted',
    ({ gone }) => `searchUsers(query: "${gone.username}") { edges { node { id } } }`,
    [n, n, n, n, n, U],
    {
      pick: has(
        (data) => data.searchUsers,
        (at) => at.gone.id,
      ),
    },
  ),
  row('Query.blockedUsers', () => 'blockedUsers { edges { node { id } } }', [U, s, s, s, s, U]),
  row('Query.mutedUsers', () => 'mutedUsers { edges { node { id } } }', [U, s, s, s, s, U]),
]

const ALL_KINDS = 'notifications { edges { node { id } } }'
const OFF = 'preferences: [{ kind: LIKE, channel: IN_APP, enabled: false }]'

const NOTIFICATIONS = [
  row('Query.notifications', () => ALL_KINDS, [U, s, s, s, s, U]),
  row("Query.notifications: the owner's", () => ALL_KINDS, [U, n, n, s, n, U], {
    pick: has(
      (data) => data.notifications,
      ({ notification }) => notification,
    ),
  }),
  row('Query.unreadNotificationCount', () => 'unreadNotificationCount', [U, s, s, s, s, U]),
  row('Query.notificationPreferences', () => 'notificationPreferences { enabled }', [U, s, s, s, s, U]),
  row('Mutation.updateNotificationPreferences', () => `updateNotificationPreferences(${OFF}) { enabled }`, [U, c, c, c, c, U]),
  row('Mutation.markNotificationsRead', () => 'markNotificationsRead', [U, o, o, c, o, U]),
  row("Mutation.markNotificationsRead: the owner's", ({ notification }) => `markNotificationsRead(ids: [${notification}])`, [
    ...([U, N, N, c, N, U] as Outcomes),
  ]),
]

const PARTS = [
  row('User.email', ({ owner }) => `user(id: ${owner.id}) { email }`, [n, n, n, s, s, U], { pick: (data) => data?.user?.email }),
  row('User.emailVerified', ({ owner }) => `user(id: ${owner.id}) { emailVerified }`, [n, n, n, s, s, U], {
    pick: (data) => data?.user?.emailVerified,
  }),
  row('User.email: through a post', (at) => `post(id: ${at.bobsQuote}) { quotedPost { author { email } } }`, [n, n, n, s, s, U], {
    pick: (data) => data?.post?.quotedPost?.author.email,
  }),
  row('User.posts', ({ owner }) => `user(id: ${owner.id}) { posts { edges { node { id } } } }`, [s, s, n, s, s, U], {
    pick: has(
      (data) => data.user.posts,
      (at) => at.post,
    ),
  }),
  row('User.posts: for followers', ({ owner }) => `user(id: ${owner.id}) { posts { edges { node { id } } } }`, [n, n, n, s, n, U], {
    pick: has(
      (data) => data.user.posts,
      (at) => at.followersPost,
    ),
  }),
  row('User.posts: hidden', ({ owner }) => `user(id: ${owner.id}) { posts { edges { node { id } } } }`, [n, n, n, s, n, U], {
    pick: has(
      (data) => data.user.posts,
      (at) => at.hiddenPost,
    ),
  }),
  row('Post.quotedPost', (at) => `post(id: ${at.bobsQuote}) { quotedPost { id } }`, [s, s, n, s, s, U], {
    pick: (data) => data?.post.quotedPost,
  }),
  row('Post.likes', (at) => `post(id: ${at.bobsPost}) { likes { edges { node { user { id } } } } }`, [s, s, n, s, s, U], {
    pick: has(
      (data) => data.post.likes,
      ({ owner }) => owner.id,
    ),
  }),
  row('Post.shares', (at) => `post(id: ${at.bobsPost}) { shares { edges { node { user { id } } } } }`, [s, s, n, s, s, U], {
    pick: has(
      (data) => data.post.shares,
      ({ owner }) => owner.id,
    ),
  }),
  row('Post.comments', (at) => `post(id: ${at.bobsPost}) { comments { edges { node { author { id } } } } }`, [s, s, n, s, s, U], {
    pick: has(
      (data) => data.post.comments,
      ({ owner }) => owner.id,
    ),
  }),
  row('Comment.parent', (at) => `comment(id: ${at.bobsReply}) { parent { id } }`, [s, s, n, s, s, U], {
    pick: (data) => data?.comment.parent,
  }),
]

export const MATRIX: Row[] = [
  ...CREDENTIALS,
  ...OWN_ACCOUNT,
  ...POSTS,
  ...REACTIONS,
  ...COMMENTS,
  ...RELATIONSHIPS,
  ...READS,
  ...NOTIFICATIONS,
  ...PARTS,
  ...MODERATION,
  ...OPERATIONS,
  ...MEDIA,
  ...MARKS,
  ...APPS,
]
