import type { FaultWorld } from './fault-world.ts'
import { drawFault } from './faults.ts'
import { audit, expectTruth, settle } from './invariants.ts'
import { type Act, ask, drawAct } from './people-act.ts'
import { type Draw, drawFrom } from './seeded.ts'

export interface KillsResult {
  cases: { seed: number; faults: string[]; acts: number; seconds: number }[]
}

const FAULTS_A_CASE = 3
const BATCHES_A_FAULT = 3
const ACTS_A_BATCH = 5

/** Cases from seeds: people act while something goes wrong, and when it is over everybody is served the truth. A failure names its seed. */
export async function runKills(world: FaultWorld, seeds: readonly number[]): Promise<KillsResult> {
  const cases: KillsResult['cases'] = []
  for (const seed of seeds) {
    const began = performance.now()
    const names: string[] = []
    let acts = 0
    try {
      await beginAnew(world)
      const draw = drawFrom(seed)
      const posts: string[] = []
      for (let turn = 0; turn < FAULTS_A_CASE; turn += 1) {
        const fault = drawFault(draw)
        names.push(fault.name)
        // What people do is drawn before anything runs, so that it does not hang on who is faster.
        const batches = Array.from({ length: BATCHES_A_FAULT }, () =>
          Array.from({ length: ACTS_A_BATCH }, () => ({ act: drawAct(draw, world.people, posts), at: draw.below(2) })),
        )
        const going = fault.run(world, drawFrom(draw.below(2 ** 31)))
        for (const batch of batches) await Promise.all(batch.map(({ act, at }) => take(world, act, at, posts)))
        await going
        acts += FAULTS_A_CASE * ACTS_A_BATCH
        await expectTruth(world)
      }
      await settle(world)
      await expectTruth(world)
      await audit(world, 'feeds')
      await audit(world, 'counts')
    } catch (error) {
      throw new Error(
        `seed ${seed} (${names.join('; ')}): ${(error as Error).message}. Replay: npm run faults -- --parts kills --seed ${seed}`,
        {
          cause: error,
        },
      )
    }
    const seconds = Math.round((performance.now() - began) / 100) / 10
    cases.push({ seed, faults: names, acts, seconds })
    console.log(`kills: seed ${seed} holds after ${seconds} s: ${names.join('; ')}`)
  }
  return { cases }
}

/** Everybody follows everybody, and nobody has said anything. */
async function beginAnew({ sql }: FaultWorld): Promise<void> {
  for (const table of ['jobs', 'posts', 'follows', 'mutes', 'blocks']) await sql(`delete from ${table}`)
  await sql('insert into follows (follower_id, following_id) select a.id, b.id from users a join users b on a.id <> b.id')
  await sql('select raise_head_epoch()')
}

async function take({ apis }: FaultWorld, act: Act, at: number, posts: string[]): Promise<void> {
  const answer = await ask(apis[at]?.url(), act)
  const id: string | undefined = answer?.data?.createPost?.post?.id
  if (id !== undefined) posts.push(id)
}

export function seedsFrom(first: number, many: number): number[] {
  const draw: Draw = drawFrom(first)
  return [first, ...Array.from({ length: many - 1 }, () => draw.below(2 ** 31))]
}
