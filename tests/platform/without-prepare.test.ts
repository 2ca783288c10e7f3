import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { type DatabaseProxy, openDatabaseProxy } from './database-proxy.ts'
import { makeDatabase, type OwnDatabase } from './own-database.ts'

/** What a pooler in transaction mode must not be sent: names of statements, and settings of a session. */
const OF_A_SESSION =
  /statement_timeout|idle_in_transaction_session_timeout|posts\.publish|accounts\.viewer-of-session|feeds\.home-feed-truth/

async function play(prepare: 'on' | 'off', act: (nexus: Nexus, people: Record<'alice' | 'bob', Person>) => Promise<void>): Promise<string> {
  const proxy: DatabaseProxy = await openDatabaseProxy(own.url)
  const nexus = await startNexus({ databaseUrl: own.url, environment: { DATABASE_URL: proxy.url, DATABASE_PREPARE: prepare } })
  try {
    const names = prepare === 'on' ? (['anna', 'bert'] as const) : (['alice', 'bob'] as const)
    const [alice, bob] = Object.values(await cast(nexus, ...names)) as [Person, Person]
    await act(nexus, { alice, bob })
    await nexus.settle()
    return proxy.sent()
  } finally {
    await nexus.close()
    await proxy.close()
  }
}

let own: OwnDatabase
beforeAll(async () => {
  own = await makeDatabase('migrated')
})
afterAll(() => own.drop())

it('needs no prepared statements and no session settings where DATABASE_PREPARE is off', async () => {
  const act: Parameters<typeof play>[1] = async (nexus, { alice, bob }) => {
    await follow(nexus, alice, bob)
    const ids = await Promise.all(Array.from({ length: 10 }, () => post(nexus, bob, 'words')))
    await nexus.ask('mutation ($id: ID!) { likePost(postId: $id) { post { id } } }', alice.token, { id: ids[0] })
    const read = '{ homeFeed { edges { node { id likeCount viewerHasLiked author { username } } } } }'
    const feeds = await Promise.all(Array.from({ length: 20 }, () => nexus.ask(read, alice.token)))
    for (const { homeFeed } of feeds) expect(homeFeed.edges).toHaveLength(10)
    expect(await nexus.refusal('mutation { createPost(content: "") { post { id } } }', alice.token)).toBe('BAD_USER_INPUT')
  }
  expect(await play('off', act)).not.toMatch(OF_A_SESSION)
  expect(await play('on', act), 'otherwise they would be there').toMatch(OF_A_SESSION)
})
