import { B, c, N, n, type Outcomes, row, s, U } from './row.ts'

const POST = '{ post { id } }'

export const MEDIA = [
  row('Mutation.createPost: with a picture', (at) => `createPost(content: "", mediaIds: [${at.ownersMedium}]) ${POST}`, [U, N, N, c, N, U]),
  row('Mutation.createPost: with the picture of another post', (at) => `createPost(content: "", mediaIds: [${at.postedMedium}]) ${POST}`, [
    ...([U, N, N, B, N, U] as Outcomes),
  ]),
  row('Mutation.updateMedia', (at) => `updateMedia(id: ${at.ownersMedium}, altText: "words") { media { id } }`, [U, N, N, c, N, U]),
  row('Mutation.updateMedia: in a post', (at) => `updateMedia(id: ${at.postedMedium}, altText: "words") { media { id } }`, [
    ...([U, N, N, c, N, U] as Outcomes),
  ]),
  row('Query.media', (at) => `media(id: ${at.ownersMedium}) { id }`, [U, n, n, s, n, U]),
  row('Post.media', (at) => `post(id: ${at.post}) { media { url } }`, [s, s, n, s, s, U], { pick: (data) => data?.post?.media[0] }),
]
