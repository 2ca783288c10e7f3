import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { type OwnRedis, startOwnRedis } from '../feeds/own-redis.ts'
import { settled } from '../outbox/settled.ts'
import { FEED, listen, openSocket } from './live-client.ts'

describe.runIf(process.env.REDIS_URL)('when something breaks', () => {
  let redis: OwnRedis
  let nexus: Nexus
  let people: Record<'alice' | 'bob', Person>
  beforeAll(async () => {
    redis = await startOwnRedis()
    nexus = await startNexus({ environment: { REDIS_URL: redis.url } })
    people = await cast(nexus, 'alice', 'bob')
    await follow(nexus, people.alice, people.bob)
  })
  afterAll(async () => {
    await nexus.close()
    await redis.close()
  })

  it('closes with 4503 when a message was lost: whoever was told of each thing must read again', async () => {
    const told = await listen(nexus, people.alice)
    await nexus.sql(`update broadcast_channel set last = nextval('broadcast_numbers')`)
    await post(nexus, people.bob, 'after the loss')
    expect((await told.closed).code).toBe(4503)
  })

  it('tells late, and loses nothing, when the connection to Redis was cut and nothing was sent meanwhile', async () => {
    const told = await listen(nexus, people.alice)
    await redis.send('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await settled(
      () => redis.send('PUBSUB', 'NUMSUB', `${new URL(nexus.databaseUrl).pathname.slice(1)}:facts`),
      (reply) => String(reply).endsWith(',1'),
    )
    await post(nexus, people.bob, 'after the cut')
    const outcome = await Promise.race([told.next(1), told.closed])
    // A heartbeat that fell into the cut is no loss either: it had no number.
    expect(outcome).toEqual([{ data: { feedItemAdded: { node: { content: 'after the cut' } } } }])
    told.close()
  })

  it('lets a graphql-ws client come back by itself, and its page read again, after Redis was replaced', async () => {
    const reads: string[][] = []
    const seen: string[] = []
    const client = createClient({
      url: `${nexus.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${people.alice.token}` }),
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
      on: {
        connected: async () => {
          const { homeFeed } = await nexus.ask('{ homeFeed { edges { node { content } } } }', people.alice.token)
          reads.push(homeFeed.edges.map(({ node }: { node: { content: string } }) => node.content))
        },
      },
    })
    const stop = client.subscribe<{ feedItemAdded: { node: { content: string } } }>(
      { query: FEED },
      { next: ({ data }) => void seen.push(data?.feedItemAdded.node.content ?? ''), error: () => undefined, complete: () => undefined },
    )
    const wait = (isSo: () => boolean) => settled(async () => isSo(), Boolean)
    await wait(() => reads.length === 1)
    await post(nexus, people.bob, 'before')
    await wait(() => seen.includes('before'))

    await redis.stop()
    await nexus.sql(`update broadcast_channel set last = nextval('broadcast_numbers')`) // somebody else told something, and nobody heard
    await post(nexus, people.bob, 'while it is away')
    await redis.start()
    await wait(() => reads.length >= 2)
    expect([...seen, ...(reads.at(-1) ?? [])]).toContain('while it is away')
    await post(nexus, people.bob, 'afterwards')
    await wait(() => seen.includes('afterwards') || reads.some((contents) => contents.includes('afterwards')))
    stop()
    await client.dispose()
  })

  it('lets nobody in while no facts are heard: 4503, and a client waits before it tries again', async () => {
    const { token } = people.alice
    await nexus.sql(`alter table facts rename to facts_away`) // nothing is relayed: no heartbeat either
    const deaf = await startNexus({
      databaseUrl: nexus.databaseUrl,
      roles: ['api'],
      environment: { REDIS_URL: redis.url, REDIS_PREFIX: 'deaf:' },
    })
    try {
      const client = await openSocket(deaf)
      client.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
      expect((await client.closed).code).toBe(4503)
      expect(client.messages).toEqual([])
    } finally {
      await nexus.sql(`alter table facts_away rename to facts`)
      await deaf.close()
    }
  })
})
