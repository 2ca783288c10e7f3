import { c, F, N, n, o, type Row, row, s, U } from './row.ts'

const POST = '{ post { id } }'
const LIST = '{ edges { node { id } } }'
const BOOKMARKED = 'insert into bookmarks (user_id, post_id) select $1, id from posts where author_id = $2'

/** Bookmarks, pins and the lists of what one has marked. */
export const MARKS: Row[] = [
  row('Mutation.bookmarkPost', (at) => `bookmarkPost(postId: ${at.post}) ${POST}`, [U, c, N, c, c, U]),
  row('Mutation.bookmarkPost: for followers', (at) => `bookmarkPost(postId: ${at.followersPost}) ${POST}`, [U, N, N, c, N, U]),
  row('Mutation.unbookmarkPost', (at) => `unbookmarkPost(postId: ${at.post}) ${POST}`, [U, c, N, c, c, U], { before: BOOKMARKED }),
  row('Mutation.pinPost', (at) => `pinPost(postId: ${at.post}) ${POST}`, [U, F, N, c, F, U]),
  row('Mutation.pinPost: for followers', (at) => `pinPost(postId: ${at.followersPost}) ${POST}`, [U, N, N, c, N, U]),
  row('Mutation.unpinPost', (at) => `unpinPost(postId: ${at.post}) ${POST}`, [U, F, N, o, F, U]),
  row('Query.bookmarkedPosts', () => `bookmarkedPosts ${LIST}`, [U, s, s, s, s, U]),
  row('Query.likedPosts', () => `likedPosts ${LIST}`, [U, s, s, s, s, U]),
  row("Query.likedPosts: the owner's", () => `likedPosts(first: 100) ${LIST}`, [U, n, n, s, n, U], {
    pick: (data, at) => data?.likedPosts.edges.find(({ node }: { node: { id: string } }) => Number(node.id) === at.bobsPost),
  }),
  row('User.pinnedPosts', ({ owner }) => `user(id: ${owner.id}) { pinnedPosts { id } }`, [s, s, s, s, s, U], {
    pick: (data) => data?.user?.pinnedPosts,
  }),
]
