import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readNewestEntries } from '../../src/domain/feeds/heads/head-entries.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { checkProperty } from '../properties/check-property.ts'
import { randomWorld, writeWorld } from '../properties/random-world.ts'

const [PEOPLE, POSTS, RUNS] = [5, 40, 4]

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus({ roles: [] })
})
afterAll(() => nexus.close())

/** All that the follow graph gives a viewer, and their own, ascending. */
async function graphOf(viewer: number): Promise<number[]> {
  const heard = 'select following_id from follows where follower_id = $1 union all select $1::int'
  const rows = await nexus.sql<{ id: string }>(
    `select id from posts where author_id in (${heard}) union all select id from shares where user_id in (${heard}) order by id`,
    [viewer],
  )
  return rows.map(({ id }) => Number(id))
}

it('finds for who follows very many, among the newest of all, all that stands above its lowest', { timeout: 3_600_000 }, async () => {
  const asked = fc.record({ most: fc.integer({ min: 3, max: 60 }), window: fc.integer({ min: 1, max: 120 }) })
  await checkProperty(
    fc.tuple(randomWorld(PEOPLE, POSTS), asked),
    async ([world, { most, window }]) => {
      await writeWorld(nexus, world)
      for (let viewer = 1; viewer <= PEOPLE; viewer += 1) {
        const graph = await graphOf(viewer)
        const { ids, watermark } = await readNewestEntries(nexus.app.database, viewer, most, window)
        expect(ids).toEqual(graph.filter((id) => id >= watermark).slice(-most))
        if (watermark === 0) expect(ids).toEqual(graph)
      }
    },
    RUNS,
  )
})
