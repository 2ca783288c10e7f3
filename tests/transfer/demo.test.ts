import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { PUBLIC_URL, runDemo } from './run-transfer.ts'

let nexus: Nexus

beforeAll(async () => {
  nexus = await startNexus({ environment: { PUBLIC_URL } })
})
afterAll(() => nexus?.close())

it('fills a world in which people, pictures and threads are as if they had lived there', async () => {
  const said = await runDemo(nexus)
  expect(said).toMatchObject({ code: 0, out: expect.stringMatching(/^10 people .* Sign in as mira.* password tea-at-four:\n/) })
  await nexus.settle()

  const { login } = await nexus.ask(
    'mutation { login(username: "mira", password: "tea-at-four") { token user { profilePicture followerCount } } }',
  )
  expect(login.user).toEqual({ profilePicture: expect.stringMatching(/^https:\/\/nexus\.test\/media\/[\w-]{22}\.webp$/), followerCount: 8 })
  const { homeFeed, unreadNotificationCount } = await nexus.ask(
    `{ homeFeed { edges { reason node { mediaUrl media { altText } likeCount commentCount createdAt } } } unreadNotificationCount }`,
    login.token,
  )
  const [newest] = homeFeed.edges
  expect(newest).toMatchObject({
    reason: 'SHARED',
    node: { likeCount: 6, commentCount: 3, media: [{ altText: expect.stringContaining('coastline') }] },
  })
  expect(homeFeed.edges.map(({ reason }: { reason: string }) => reason)).toEqual(expect.arrayContaining(['FOLLOWED', 'OWN']))
  expect(unreadNotificationCount).toBeGreaterThan(0)

  const picture = await fetch(newest.node.mediaUrl.replace(PUBLIC_URL, nexus.url))
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp'])
  expect(await nexus.sql(`select count(*)::int as many from media where post_id is not null`)).toEqual([{ many: 6 }])
})

it('does nothing where its people live already', async () => {
  const before = await nexus.sql('select count(*)::int as posts from posts')
  expect((await runDemo(nexus)).out).toContain('nothing was done')
  expect(await nexus.sql('select count(*)::int as posts from posts')).toEqual(before)
})
