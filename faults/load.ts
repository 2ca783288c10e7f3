import { setTimeout as pause } from 'node:timers/promises'
import type { FaultWorld } from './fault-world.ts'
import { audit, expectTruth, settle } from './invariants.ts'
import { ask, drawAct, type Verb } from './people-act.ts'
import { drawFrom } from './seeded.ts'

export interface LoadResult {
  seed: number
  seconds: number
  /** How many of each verb were answered. */
  answered: Partial<Record<Verb, number>>
  refused: Record<string, number>
  audits: { feeds: string; counts: string }
}

const AT_ONCE = 16
const POSTS_KNOWN_MAX = 2000

/** People read, post, follow, unfollow, like, share and delete for so long, on both APIs at once; then the audits must find nothing. */
export async function runLoad(world: FaultWorld, { seed, seconds }: { seed: number; seconds: number }): Promise<LoadResult> {
  const until = performance.now() + seconds * 1000
  const posts: string[] = []
  const answered: LoadResult['answered'] = {}
  const refused: LoadResult['refused'] = {}

  async function go(place: number): Promise<void> {
    const draw = drawFrom(seed + place)
    const api = world.apis[place % world.apis.length]
    while (performance.now() < until) {
      const act = drawAct(draw, world.people, posts)
      const answer = await ask(api?.url(), act)
      if (!answer) throw new Error(`nobody answered ${act.query}`)
      for (const code of answer.codes) refused[code] = (refused[code] ?? 0) + 1
      if (answer.codes.length === 0) answered[act.verb] = (answered[act.verb] ?? 0) + 1
      const id: string | undefined = answer.data?.createPost?.post?.id
      if (id !== undefined) posts.push(id)
      if (posts.length > POSTS_KNOWN_MAX) posts.shift()
    }
  }

  const progress = setInterval(() => console.log(`load: ${Math.max(0, Math.round((until - performance.now()) / 1000))} s to go`), 30_000)
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, place) => go(place)))
  } finally {
    clearInterval(progress)
  }
  await settle(world)
  await pause(1000)
  await expectTruth(world)
  const audits = { feeds: await audit(world, 'feeds'), counts: await audit(world, 'counts') }
  console.log(`load: ${JSON.stringify(answered)}; ${audits.feeds} ${audits.counts}`)
  return { seed, seconds, answered, refused, audits }
}
