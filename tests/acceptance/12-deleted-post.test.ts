import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { deletePost, like, quote, share } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol } = await cast(nexus, 'alice', 'bob', 'carol'))
  await follow(nexus, carol, alice)
  await follow(nexus, carol, bob)
})
afterAll(() => nexus.close())

const EVERYWHERE = `query ($id: ID!, $quoting: ID!) {
  post(id: $id) { id } feed { id } homeFeed { edges { node { id } } } publicFeed { edges { node { id } } }
  user(username: "alice") { posts { edges { node { id } } } }
  taggedPosts(tag: "gone") { edges { node { id } } } trendingPosts { id } trendingTags { tag }
  quote: post(id: $quoting) { quotedPost { id } }
}`

it('is gone, for its author in the next read and for all within a second, from every list, tag and trend', async () => {
  const id = await post(nexus, alice, 'about to be #gone')
  const quoting = await quote(nexus, bob, id, 'look')
  await like(nexus, bob, id)
  await share(nexus, bob, id)
  const look = async (viewer?: Person) => {
    const { feed, homeFeed, ...rest } = (await nexus.gql(EVERYWHERE, { token: viewer?.token, variables: { id, quoting } })).data ?? {}
    return JSON.stringify({ feed, homeFeed, ...rest })
  }
  for (const viewer of [alice, carol]) {
    const seen = await look(viewer)
    expect(seen.split(`"${id}"`).length - 1).toBeGreaterThanOrEqual(viewer === carol ? 8 : 7)
    expect(seen).toContain('"tag":"gone"')
  }
  await deletePost(nexus, alice, id)
  for (const viewer of [alice, carol, bob]) {
    const seen = await look(viewer)
    expect(seen).not.toContain(`"${id}"`)
    expect(seen).not.toContain('"gone"')
  }
})
