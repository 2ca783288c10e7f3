import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { holdAt, type PointName } from '../../src/platform/point.ts'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { checkProperty } from '../properties/check-property.ts'
import { readPlainly } from '../properties/plain-feed.ts'

// What people do at the same time on two processes, while deliveries, builders and readers are held at named points of our own code and
// let go after times that are drawn. When all is over, everybody must be served what the truth says, by both.
const POINTS: PointName[] = ['fan-out:before-add', 'fan-out:added', 'head:marked', 'head:snapshot-taken', 'feed:pulse-taken']
const RUNS = 5
const TIMEOUT_MS = 3_600_000
const NAMES = ['alice', 'bob', 'carol', 'dan'] as const

let processes: [Nexus, Nexus]
let people: Person[]
beforeAll(async () => {
  const environment = { RATE_LIMIT_WRITES: '1000000' }
  const here = await startNexus({ environment })
  processes = [here, await startNexus({ roles: ['api'], databaseUrl: here.databaseUrl, environment })]
  people = Object.values(await cast(here, ...NAMES))
})
afterAll(async () => {
  await processes[1].close()
  await processes[0].close()
})

interface Step {
  verb: 'post' | 'share' | 'unshare' | 'delete' | 'follow' | 'unfollow' | 'mute' | 'unmute' | 'block' | 'unblock' | 'read'
  who: number
  whom: number
  nth: number
  where: 0 | 1
}

const person = fc.nat(NAMES.length - 1)
const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.oneof(
    { weight: 6, arbitrary: fc.constant('post' as const) },
    { weight: 8, arbitrary: fc.constant('read' as const) },
    { weight: 3, arbitrary: fc.constantFrom('follow', 'share', 'unshare', 'delete', 'unfollow', 'mute', 'unmute', 'block', 'unblock') },
  ),
  who: person,
  whom: person,
  nth: fc.nat(20),
  where: fc.constantFrom(0 as const, 1 as const),
})
/** How long whoever comes by is held, one after the other: long enough for a whole delivery, or not at all. */
const holds = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })), { minLength: 7, maxLength: 31 })
const history = fc.array(fc.array(step, { minLength: 2, maxLength: 6 }), { minLength: 8, maxLength: 12, size: 'max' })

async function take({ verb, who, whom, nth, where }: Step, posts: string[]): Promise<void> {
  const [one, other, nexus] = [people[who]!, people[whom]!, processes[where]]
  const post = posts[nth % Math.max(1, posts.length)] ?? '1'
  if (verb === 'read') {
    await nexus.ask('{ homeFeed(first: 5) { edges { node { id } } } }', one.token)
    return
  }
  if (verb === 'post') {
    const { createPost } = await nexus.ask('mutation { createPost(content: "words") { post { id } } }', one.token)
    posts.push(createPost.post.id)
    return
  }
  const toPost = { share: 'sharePost', unshare: 'unsharePost' }[verb as string]
  const text = toPost
    ? `mutation { ${toPost}(postId: ${post}) { post { id } } }`
    : verb === 'delete'
      ? `mutation { deletePost(id: ${post}) }`
      : `mutation { ${verb}User(userId: ${other.id}) { user { id } } }`
  // A refusal is an answer: the post may be gone, and people may have blocked each other.
  const code = await nexus.refusal(text, one.token)
  if (code !== undefined) expect(['NOT_FOUND', 'FORBIDDEN', 'BAD_USER_INPUT']).toContain(code)
}

async function served(nexus: Nexus, viewer: Person): Promise<string[]> {
  const { homeFeed } = await nexus.ask('{ homeFeed(first: 100) { edges { node { id } } } }', viewer.token)
  return homeFeed.edges.map(({ node }: { node: { id: string } }) => node.id)
}

it('serves everybody the truth on both processes, in whatever order things happen', { timeout: TIMEOUT_MS }, async () => {
  const [here] = processes
  await checkProperty(
    fc.tuple(holds, history),
    async ([milliseconds, batches]) => {
      for (const table of ['posts', 'follows', 'mutes', 'blocks']) await here.sql(`delete from ${table}`)
      // Everybody begins by following everybody, with no head.
      await here.sql('insert into follows (follower_id, following_id) select a.id, b.id from users a join users b on a.id <> b.id')
      const posts: string[] = []
      let arrivals = 0
      const ends = POINTS.map((name) => holdAt(name, () => setTimeout(milliseconds[arrivals++ % milliseconds.length])))
      try {
        for (const batch of batches) await Promise.all(batch.map((each) => take(each, posts)))
      } finally {
        for (const end of ends) end()
      }
      await here.settle()
      for (const viewer of people) {
        const plain = await readPlainly(here, viewer.id, true, true)
        const truth = [...new Set(plain.map(({ postId }) => String(postId)))]
        for (const nexus of processes)
          await settled(
            () => served(nexus, viewer),
            (feed) => feed.join() === truth.join(),
          )
      }
    },
    RUNS,
  )
})
