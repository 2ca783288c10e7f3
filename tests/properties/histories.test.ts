import { afterAll, beforeAll, it } from 'vitest'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'
import { checkProperty } from './check-property.ts'
import { lookAround } from './look.ts'
import { newWorld } from './model.ts'
import { historyOf, take } from './steps.ts'

const RUNS = 12
const STEPS = 40
const STEPS_BETWEEN_LOOKS = 9
/** Page sizes, one after the other: a list of a few is cut at every place. */
const SIZES = [3, 1, 7, 2, 5]

let nexus: Nexus
let people: Person[]
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'], environment: { RATE_LIMIT_WRITES: '1000000' } })
  people = Object.values(await cast(nexus, 'alice', 'bob', 'carol', 'dan', 'erin'))
})
afterAll(() => nexus.close())

const TIMEOUT_MS = 3_600_000

it('shows everybody what a small model says, after any history', { timeout: TIMEOUT_MS }, async () => {
  await checkProperty(
    historyOf(people.length, STEPS),
    async (history) => {
      await clear()
      const stage = { nexus, people, world: newWorld() }
      let looks = 0
      for (const [index, step] of history.entries()) {
        await take(stage, step)
        if (index % STEPS_BETWEEN_LOOKS === 0 || index === history.length - 1) await lookAround(stage, SIZES[looks++ % SIZES.length]!)
      }
    },
    RUNS,
  )
})

// Row by row, so that the triggers bring the counts along; what they left would be seen by the next history.
async function clear(): Promise<void> {
  for (const table of ['posts', 'follows', 'blocks', 'mutes', 'facts']) await nexus.sql(`delete from ${table}`)
}
