import { setTimeout as pause } from 'node:timers/promises'
import { statement } from '../src/platform/database/statement.ts'
import { fillHeads } from './measure/fill-heads.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { openEngine } from './measure/open-engine.ts'
import { runScenario } from './measure/run-scenario.ts'
import { signIn } from './measure/sign-in-readers.ts'
import { type Latency, summarise } from './measure/statistics.ts'
import { holdsOf, type Target } from './measure/targets.ts'
import type { World } from './world.ts'

export interface PopularAuthorResult {
  followers: number
  posts: number
  milliseconds: Latency
  targets: Target[]
  holds: Record<string, boolean>
}

const FOLLOWERS = 10_000
const POSTS = 120
const HEADS_CHECKED = 500

const popular = statement<{ id: number; followers: number }>(
  'bench.popular-author',
  `select c.user_id as id, sum(c.followers)::int as followers from user_counts c join users u on u.id = c.user_id
   where u.suspended_at is null and u.closed_at is null
   group by 1 order by abs(sum(c.followers) - $1) limit 1`,
)
const followMore = statement<never>(
  'bench.be-followed-more',
  `insert into follows (follower_id, following_id) select u.id, $1 from users u
   where u.id <> $1 and not exists (select from follows where following_id = $1 and follower_id = u.id) order by u.id limit $2`,
)
const followersOf = statement<{ id: number }>('bench.followers', 'select follower_id as id from follows where following_id = $1')
const openJobs = statement<{ open: number }>('bench.open-jobs', 'select count(*)::int as open from jobs where entry_id is not null')

/** Posts for an author whose 10,000 followers all have a full head, one post after the other, each until the last head has it. */
export async function measurePopularAuthor(world: World): Promise<PopularAuthorResult> {
  const engine = await openEngine(world)
  const { database, environment, heads } = engine
  const api = await startNexusProcess(environment, 'api')
  const worker = await startNexusProcess(environment, 'worker')
  try {
    const wanted = Math.min(FOLLOWERS, world.sizes.users - 1)
    const [author] = await database.rows(popular, [wanted])
    if (!author) throw new Error('a world without authors')
    await database.transaction((tx) => tx.rows(followMore, [author.id, Math.max(0, wanted - author.followers)]))
    const followers = (await database.rows(followersOf, [author.id])).map(({ id }) => id)
    const pulse = await engine.pulse()
    await fillHeads(engine, environment.REDIS_PREFIX ?? '', pulse, followers)
    const [authorization = ''] = await signIn(world, engine.secret, [author.id])
    await pause(1500) // the worker's queues are declared
    const milliseconds: number[] = []
    let last = 0
    for (let turn = 0; turn < POSTS; turn += 1) {
      const began = performance.now()
      last = await post(api.url, authorization, turn)
      while ((await database.rows(openJobs, []))[0]?.open !== 0) await pause(2)
      if (turn > 0) milliseconds.push(performance.now() - began)
    }
    for (const viewer of followers.slice(-HEADS_CHECKED))
      if ((await heads.readWhole(pulse, viewer))?.ids.at(-1) !== last) throw new Error(`the head of ${viewer} lacks the last post`)
    const taken = summarise(milliseconds)
    console.log(`popular author: ${followers.length} followers, p50 ${taken.p50} ms, p99 ${taken.p99} ms`)
    const targets: Target[] = [
      {
        what: 'post by an author with 10,000 warm followers, until the last head has it, idle queue, p99',
        value: taken.p99,
        atLeast: 400,
        aim: 150,
        unit: 'ms',
        better: 'less',
      },
    ]
    return { followers: followers.length, posts: milliseconds.length, milliseconds: taken, targets, holds: holdsOf(targets) }
  } finally {
    await api.stop()
    await worker.stop()
    await engine.close()
  }
}

async function post(url: string, authorization: string, turn: number): Promise<number> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: `mutation { createPost(content: "number ${turn}") { post { id } } }` }),
  })
  const { data, errors } = (await response.json()) as { data?: { createPost: { post: { id: string } } }; errors?: unknown }
  if (!data) throw new Error(`a post was refused: ${JSON.stringify(errors)}`)
  return Number(data.createPost.post.id)
}

if (import.meta.main) await runScenario('popular-author', (world) => measurePopularAuthor(world))
