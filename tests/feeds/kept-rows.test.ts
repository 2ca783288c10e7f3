import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channelOf } from '../../src/platform/broadcast/channel.ts'
import { like } from '../acceptance/verbs.ts'
import { type Answer, cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { checkProperty } from '../properties/check-property.ts'
import { withRedis } from '../redis-keys.ts'
import { forgetWrites, statementsDuring } from './statements.ts'

// Two processes; what one changes the other reads at once. Requests go past tests/cast.ts, which waits until everybody has heard.
let here: Nexus, there: Nexus
let alice: Person, bob: Person

beforeAll(async () => {
  const environment = { RATE_LIMIT_WRITES: '1000000' }
  here = await startNexus({ environment })
  there = await startNexus({ roles: ['api'], databaseUrl: here.databaseUrl, environment })
  ;({ alice, bob } = await cast(here, 'alice', 'bob'))
  await follow(here, alice, bob)
})
afterAll(async () => {
  await there.close()
  await here.close()
})

async function ask(nexus: Nexus, person: Person, query: string, variables: object = {}) {
  const response = await fetch(`${nexus.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as Pick<Answer, 'data' | 'errors'>
  expect(errors).toBeUndefined()
  return data
}

interface Shown {
  id: string
  content: string
  likeCount: number
  commentCount: number
  shareCount: number
}

async function home(nexus: Nexus, person: Person): Promise<Shown[]> {
  const { homeFeed } = await ask(
    nexus,
    person,
    '{ homeFeed(first: 50) { edges { node { id content likeCount commentCount shareCount } } } }',
  )
  return homeFeed.edges.map(({ node }: { node: Shown }) => node)
}

/** Waits until both read without the database: everybody's last write lies back, and all is kept. */
async function becomesWarm(): Promise<void> {
  await forgetWrites(here)
  for (const nexus of [here, there])
    await settled(
      () => statementsDuring(() => home(nexus, alice)),
      (names) => names.join() === 'accounts.viewers-of-sessions',
    )
}

describe("what others change in what alice's process keeps", () => {
  let one: string
  beforeAll(async () => {
    one = await post(here, bob, 'one')
    await here.settle()
  })
  const counted = async (nexus: Nexus) => (await home(nexus, alice)).find(({ id }) => id === one)?.likeCount

  it('is there within a second, without a look at the database in between', async () => {
    await becomesWarm()
    expect(await counted(there)).toBe(0)
    await like(here, bob, one)
    const began = performance.now()
    while ((await counted(there)) !== 1) expect(performance.now() - began).toBeLessThan(1000)
  })

  it('is there within a few seconds when facts are no longer sent', async () => {
    await becomesWarm()
    await apart(async (client) => {
      await client.query('begin')
      await client.query('select from broadcast_channel for update') // nobody can send
      const before = await counted(there)
      await ask(here, alice, 'mutation ($id: ID!) { likePost(postId: $id) { post { id } } }', { id: one })
      await forgetWrites(here)
      await settled(
        () => counted(there),
        (count) => count === before! + 1,
      )
    })
    await becomesWarm()
  })

  it('is there soon after a message that nobody heard', async () => {
    await becomesWarm()
    const before = await counted(there)
    await apart(async (client) => {
      await client.query('update post_counts set likes = likes + 1 where post_id = $1', [one])
      await client.query(`update broadcast_channel set last = nextval('broadcast_numbers')`)
    })
    await settled(
      () => counted(there),
      (count) => count === before! + 1,
    )
    await becomesWarm()
  })

  it.each([
    '',
    'words',
    'null',
    '{}',
    '{"after":0,"last":"x","facts":7,"lagMs":0}',
    '{"after":0,"last":1,"facts":[{"name":"post.liked","payload":{"postId":"x"}}],"lagMs":0}',
  ])('is there soon after a message that nobody can read, which ends nothing: %s', async (message) => {
    await becomesWarm()
    const before = await counted(there)
    await apart((client) => client.query('update post_counts set likes = likes + 1 where post_id = $1', [one]))
    await withRedis(process.env.REDIS_URL!, (redis) => redis.publish(channelOf(`${new URL(here.databaseUrl).pathname.slice(1)}:`), message))
    await settled(
      () => counted(there),
      (count) => count === before! + 1,
    )
    await becomesWarm()
  })
})

/** On a connection of which nobody knows. */
async function apart(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: here.databaseUrl })
  await client.connect()
  await work(client).finally(() => client.end())
}

const WRITES = 60
const RUNS = 2

it('shows every writer their own write in the very next read, on the other process', { timeout: 600_000 }, async () => {
  const step = fc.record({
    verb: fc.constantFrom('post', 'edit', 'delete', 'like', 'unlike', 'comment', 'share', 'unshare'),
    which: fc.nat(30),
  })
  await checkProperty(
    fc.array(step, { minLength: WRITES, maxLength: WRITES, size: 'max' }),
    async (steps) => {
      await here.sql('delete from posts')
      const model: Shown[] = []
      const mine = new Map<string, Set<string>>()
      for (const { verb, which } of steps) {
        const target = model[which % Math.max(1, model.length)]
        const did = (what: string) => target !== undefined && (mine.get(what) ?? mine.set(what, new Set()).get(what)!).has(target.id)
        if (verb === 'post' || !target) {
          const { createPost } = await ask(here, bob, 'mutation { createPost(content: "new") { post { id } } }')
          model.unshift({ id: createPost.post.id, content: 'new', likeCount: 0, commentCount: 0, shareCount: 0 })
        } else if (verb === 'edit') {
          target.content = `edited ${which}`
          await ask(here, bob, 'mutation ($id: ID!, $content: String!) { updatePost(id: $id, content: $content) { post { id } } }', target)
        } else if (verb === 'delete') {
          await ask(here, bob, 'mutation ($id: ID!) { deletePost(id: $id) }', target)
          model.splice(model.indexOf(target), 1)
        } else if (verb === 'comment') {
          await ask(here, bob, 'mutation ($id: ID!) { createComment(postId: $id, text: "words") { comment { id } } }', target)
          target.commentCount += 1
        } else {
          const [what, by] = verb.startsWith('un') ? [verb.slice(2), -1] : [verb, 1]
          await ask(here, bob, `mutation ($id: ID!) { ${verb}Post(postId: $id) { post { id } } }`, target)
          if (did(what) === by < 0) {
            target[what === 'like' ? 'likeCount' : 'shareCount'] += by
            if (by > 0) mine.get(what)?.add(target.id)
            else mine.get(what)?.delete(target.id)
          }
        }
        const read = await home(there, bob)
        for (const shown of model.slice(0, 20)) expect(read, verb).toContainEqual(shown)
        expect(new Set(read.map(({ id }) => id)).size).toBe(Math.min(50, model.length))
      }
    },
    RUNS,
  )
})
