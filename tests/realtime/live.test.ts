import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { block, like, mute, share, unfollow } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { begun, connect, FEED, listen } from './live-client.ts'

const { REDIS_URL } = process.env
if (!REDIS_URL) console.warn('REDIS_URL is not set: live updates are tested within one process alone')

const EDGE = `cursor reason sharedAt sharedMessage sharedBy { username } node { id content likeCount viewerHasLiked author { username viewerFollows } }`
const names = ['alice', 'bob', 'carol', 'dan', 'erin', 'frank'] as const

describe.each([...(REDIS_URL ? ['across two processes, over Redis'] : []), 'within one process, without Redis'])('live, %s', (where) => {
  let here: Nexus, there: Nexus
  let people: Record<(typeof names)[number], Person>
  beforeAll(async () => {
    const alone = where.startsWith('within')
    here = await startNexus({ environment: alone ? { REDIS_URL: '' } : {} })
    there = alone ? here : await startNexus({ roles: ['api'], databaseUrl: here.databaseUrl })
    people = await cast(here, ...names)
  })
  afterAll(async () => {
    if (there !== here) await there.close()
    await here.close()
  })
  const contents = (events: { data: { feedItemAdded: { node: { content: string } } } }[]) =>
    events.map(({ data }) => data.feedItemAdded.node.content)

  it('tells alice of what bob posts, who follows him, and both of their own', async () => {
    const { alice, bob } = people
    await follow(here, alice, bob)
    const [alices, bobs] = [await listen(there, alice), await listen(here, bob)]
    await post(here, bob, "bob's")
    await post(there, alice, "alice's")
    expect(contents(await alices.next(2))).toEqual(["bob's", "alice's"])
    await post(here, bob, 'again')
    expect(contents(await bobs.next(2))).toEqual(["bob's", 'again'])
    alices.close()
    bobs.close()
  })

  it('answers each edge as homeFeed does', async () => {
    const { alice, bob, carol } = people
    const told = await listen(there, alice, `subscription { feedItemAdded { ${EDGE} } }`)
    const bobs = await post(here, bob, 'in full')
    await share(here, bob, await post(here, carol, 'shared'), 'look')
    await post(there, alice, 'own')
    const edges = (await told.next(3)).map(({ data }) => data.feedItemAdded)
    const { homeFeed } = await there.ask(`{ homeFeed(first: 3) { edges { ${EDGE} } } }`, alice.token)
    expect(edges).toEqual(homeFeed.edges.toReversed())
    expect(edges.map(({ reason }) => reason)).toEqual(['FOLLOWED', 'SHARED', 'OWN'])
    expect(edges[0].node.id).toBe(bobs)
    told.close()
  })

  it('tells nothing of whom alice does not follow, has muted, or is blocked by, nor by whose shares they come', async () => {
    const { alice, bob, carol, dan, erin } = people
    for (const other of [dan, erin]) await follow(here, alice, other)
    await mute(here, alice, dan)
    await block(here, erin, alice)
    const told = await listen(there, alice)
    for (const other of [carol, dan, erin]) await share(here, bob, await post(here, other, `${other.username}'s`))
    await post(here, bob, 'the end')
    expect(contents(await told.next(2))).toEqual(["carol's", 'the end'])
    told.close()
  })

  it('tells from then on of whom alice begins to follow while she listens, and no more of whom she leaves', async () => {
    const { alice, bob, frank } = people
    const told = await listen(there, alice)
    await post(here, frank, 'too early')
    await post(here, bob, 'meanwhile')
    expect(contents(await told.next(1))).toEqual(['meanwhile'])
    await follow(here, alice, frank)
    await post(here, frank, 'in time')
    expect(contents(await told.next(2))).toEqual(['meanwhile', 'in time'])
    await unfollow(there, alice, frank)
    await post(here, frank, 'too late')
    await post(here, bob, 'the end')
    expect(contents(await told.next(3))).toEqual(['meanwhile', 'in time', 'the end'])
    told.close()
  })

  it('judges at the delivery: what is hidden, gone, or by somebody suspended when it is heard of is not told', async () => {
    const { alice, bob, frank } = people
    await follow(here, alice, frank)
    const told = await listen(there, alice)
    const write = async (author: Person, hidden: boolean) => {
      const insert = `insert into posts (author_id, content, hidden_at) values ($1, 'unseen', case when $2 then now() end) returning id::float8`
      return (await here.sql<{ id: number }>(insert, [author.id, hidden]))[0]!.id
    }
    const [hidden, ofFrank] = [await write(bob, true), await write(frank, false)]
    await here.sql('update users set suspended_at = now() where id = $1', [frank.id])
    const announced = [
      { entryId: hidden, actorId: bob.id },
      { entryId: hidden + 4096, actorId: bob.id }, // of nothing
      { entryId: ofFrank, actorId: frank.id },
    ].map(({ entryId, actorId }) => JSON.stringify({ postId: entryId, authorId: actorId, entryId, actorId }))
    await here.sql(`insert into facts (name, payload) select 'post.published', fact from unnest($1::jsonb[]) fact`, [announced])
    await post(here, bob, 'the end')
    expect(contents(await told.next(1))).toEqual(['the end'])
    await here.sql('update users set suspended_at = null where id = $1', [frank.id])
    told.close()
  })

  it('tells bob of a like the moment it is done, and of a second with it, and nothing of what somebody muted does', async () => {
    const { alice, bob, carol, dan } = people
    const told = await listen(
      there,
      bob,
      'subscription { notificationAdded { kind actorCount actors { username } post { content } isRead } }',
    )
    const bobs = await post(here, bob, 'to be liked')
    await mute(here, bob, dan)
    for (const person of [alice, dan, carol]) {
      await like(here, person, bobs)
      await here.settle()
    }
    const likes = (await told.next(2)).map(({ data }) => data.notificationAdded)
    const [post_, isRead] = [{ content: 'to be liked' }, false]
    expect(likes).toEqual([
      { kind: 'LIKE', actorCount: 1, actors: [{ username: 'alice' }], post: post_, isRead },
      { kind: 'LIKE', actorCount: 2, actors: [{ username: 'carol' }, { username: 'alice' }], post: post_, isRead },
    ])
    told.close()
  })

  it('tells a subscription nothing more once it is completed, and the others of the socket go on', async () => {
    const { alice, bob } = people
    const client = await connect(there, alice)
    const [one, other] = [client.subscribe(FEED), client.subscribe('subscription { feedItemAdded { reason } }')]
    await begun(client, other)
    await post(here, bob, 'first')
    await client.events(one, 1)
    client.send({ type: 'complete', id: one })
    await post(here, bob, 'second')
    expect(await client.events(other, 2)).toEqual(Array(2).fill({ data: { feedItemAdded: { reason: 'FOLLOWED' } } }))
    expect(await client.events(one, 1)).toHaveLength(1)
    client.close()
  })
})
