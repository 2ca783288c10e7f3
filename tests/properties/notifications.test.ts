import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { JOBS } from '../../src/workers/reactions.ts'
import type { WorkerContext } from '../../src/workers/worker-context.ts'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'
import { markRead, readNotifications } from '../notifications/read.ts'
import { checkProperty } from './check-property.ts'
import { maySeePost, newWorld } from './model.ts'
import { historyOf, type Stage, take } from './steps.ts'
import { catchUp, happenAgain, isOfSameThing, shownTo, type Told } from './told.ts'

const RUNS = 5
const STEPS = 45
const STEPS_BETWEEN_LOOKS = 12
/** Page sizes, one after the other. */
const SIZES = [2, 100, 1, 3]
/** Much of what somebody is told of, and threads. */
const WEIGHTS = { like: 8, unlike: 3, comment: 6, reply: 10, likeComment: 4, edit: 1, editNothing: 0 }
const TIMEOUT_MS = 3_600_000

let nexus: Nexus
let people: Person[]
// No worker runs: the jobs of several steps are run in any order, some of them twice.
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'], environment: { RATE_LIMIT_WRITES: '1000000' } })
  people = Object.values(await cast(nexus, 'name0', 'name1', 'name2', 'name3'))
})
afterAll(() => nexus.close())

/** Beside what everybody may do, people name each other, like again what they liked, and read what they are told. */
interface Further {
  kind: 'name' | 'again' | 'read' | 'readAll'
  who: number
  whom: number
  what: number
}

function furtherSteps(): fc.Arbitrary<Further> {
  const person = fc.nat(3)
  return fc.record({
    kind: fc.constantFrom<Further['kind']>('name', 'again', 'again', 'read', 'readAll'),
    who: person,
    whom: person,
    what: fc.nat(100),
  })
}

it('tells everybody what a small model says, after any history and in whatever order its jobs run', { timeout: TIMEOUT_MS }, async () => {
  const histories = fc.record({
    steps: historyOf(4, STEPS, WEIGHTS),
    further: fc.array(fc.record({ step: furtherSteps(), place: fc.nat(STEPS) }), { maxLength: 20 }),
    order: fc.array(fc.nat(1000), { minLength: 50, maxLength: 50 }),
  })
  await checkProperty(
    histories,
    async ({ steps, further, order }) => {
      for (const table of ['posts', 'follows', 'blocks', 'mutes', 'facts', 'jobs', 'notifications']) await nexus.sql(`delete from ${table}`)
      const stage: Stage = { nexus, people, world: newWorld() }
      const told: Told = new Map()
      for (const [index, step] of steps.entries()) {
        await take(stage, step)
        catchUp(told, stage.world)
        for (const each of further.filter(({ place }) => place === index)) await takeFurther(stage, told, each.step, order)
        if (index % STEPS_BETWEEN_LOOKS !== 0 && index !== steps.length - 1) continue
        await runJobs(told, order)
        await lookAround(stage, told, SIZES[index % SIZES.length]!)
      }
    },
    RUNS,
  )
})

async function takeFurther(stage: Stage, told: Told, { kind, who, whom, what }: Further, order: number[]): Promise<void> {
  if (kind === 'name') return nameSomebody(stage, told, { who, whom, what })
  if (kind === 'again') return likeAgain(stage, told, what)
  const person = people[who]!
  if (kind === 'readAll') {
    await markRead(nexus, person)
    for (const cause of told.values()) if (cause.recipient === who && cause.arrived) cause.read = true
    return
  }
  await runJobs(told, order)
  const seen = await readNotifications(nexus, person)
  if (seen.length === 0) return
  const place = what % seen.length
  await markRead(nexus, person, [seen[place]!.id])
  const { causes } = shownTo(told, stage.world, who)[place]!
  // Whoever is not heard, too.
  for (const cause of told.values()) if (isOfSameThing(cause, causes[0]!)) cause.read = true
}

async function nameSomebody({ world }: Stage, told: Told, { who, whom, what }: Omit<Further, 'kind'>): Promise<void> {
  world.clock += 1
  const content = `words to @NAME${whom}, @name${what % 4}`
  const visibility = what % 3 === 0 ? 'FOLLOWERS' : 'PUBLIC'
  const { createPost } = await nexus.ask(
    `mutation { createPost(content: "${content}", visibility: ${visibility}) { post { id } } }`,
    people[who]!.token,
  )
  const post = { content, visibility, quotes: undefined, at: world.clock, edited: false, deleted: false } as const
  world.posts.push({ ...post, id: createPost.post.id, author: who, likes: new Set(), shares: new Map() })
  catchUp(told, world)
}

/** Somebody who likes a post, and still may, takes it back and likes it again. */
async function likeAgain({ world }: Stage, told: Told, what: number): Promise<void> {
  const likes = [...told.values()].filter(
    ({ kind, post, comment, actor }) => kind === 'LIKE' && !comment && post && maySeePost(world, actor, post),
  )
  const cause = likes[what % likes.length]
  if (!cause) return
  const { token } = people[cause.actor]!
  for (const verb of ['unlikePost', 'likePost']) await nexus.ask(`mutation { ${verb}(postId: ${cause.post?.id}) { post { id } } }`, token)
  happenAgain(cause, world)
}

/** Runs what is to be done, in the order of these numbers, and every third job twice. */
async function runJobs(told: Told, order: number[]): Promise<void> {
  const jobs = await nexus.sql<{ name: string; payload: unknown }>(
    `select name, payload from jobs where name like 'notifications.%' order by id`,
  )
  const shuffled = jobs.map((job, index) => ({ job, rank: order[index % order.length]! * (index + 1) })).sort((a, b) => a.rank - b.rank)
  for (const [index, { job }] of shuffled.entries())
    for (let times = index % 3 === 0 ? 2 : 1; times > 0; times -= 1) await JOBS.get(job.name)!.run(context(), job.payload)
  await nexus.sql('delete from jobs')
  for (const cause of told.values()) cause.arrived = true
}

/** What these jobs need. */
function context(): WorkerContext {
  return { database: nexus.app.database } as WorkerContext
}

/** Everybody looks at what they are told. */
async function lookAround({ world }: Stage, told: Told, size: number): Promise<void> {
  for (const [index, person] of people.entries()) {
    const seen = (await readNotifications(nexus, person, size)).map(({ id: _, createdAt: __, actors, ...rest }) => ({
      ...rest,
      actors: actors.map((name) => Number(name.slice('name'.length))),
    }))
    expect(seen, `notifications of ${index}`).toEqual(shownTo(told, world, index).map(({ causes: _, ...expected }) => expected))
  }
}
