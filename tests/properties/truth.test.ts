import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FeedEntry, readTruth } from '../../src/domain/feeds/home-feed-truth.ts'
import { HOME_FEED_LIST, readHomeFeed } from '../../src/domain/feeds/read-home-feed.ts'
import { makeCursor } from '../../src/domain/input/page-rules.ts'
import { NEWEST } from '../../src/platform/ids.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { checkProperty } from './check-property.ts'
import { type PlainEntry, readPlainly } from './plain-feed.ts'
import { randomWorld, writeWorld } from './random-world.ts'
import { expectPagesOf, type SeenEntry } from './walk.ts'

const PEOPLE = 9
const POSTS = 60
const RUNS = 8
const ALL = 1000
const TIMEOUT_MS = 3_600_000

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
})
afterAll(() => nexus.close())

const question = fc.record({ limit: fc.integer({ min: 1, max: 12 }), belowShare: fc.nat(100) })

it('answers by the truth what a plain join answers, whatever the world, the viewer, the key and the number', {
  timeout: TIMEOUT_MS,
}, async () => {
  let visible = 0
  await checkProperty(
    fc.tuple(randomWorld(PEOPLE, POSTS), fc.array(question, { minLength: 3, maxLength: 3 })),
    async ([world, questions]) => {
      await writeWorld(nexus, world)
      for (let viewer = 1; viewer <= PEOPLE; viewer += 1) {
        for (const [includeOwn, withShares] of [
          [true, true],
          [false, true],
          [true, false],
          [false, false],
        ] as const) {
          const plain = await readPlainly(nexus, viewer, includeOwn, withShares)
          visible += plain.length
          const ask = (belowId: number, limit: number) =>
            readTruth(nexus.app.database, { viewerId: viewer, includeOwn, belowId, limit, withShares })
          expect(shown(await ask(NEWEST, ALL))).toEqual(plain)
          for (const { limit, belowShare } of questions) {
            const belowId = plain[Math.floor((plain.length * belowShare) / 100)]?.entryId ?? NEWEST
            const answered = await ask(belowId, limit)
            expect(answered.length).toBeLessThanOrEqual(limit)
            // Those that are left out count as passed: the answer is complete down to its last entry, and to the end when it is short.
            const downTo = answered.length < limit ? 0 : answered.at(-1)!.entryId
            expect(shown(answered)).toEqual(plain.filter(({ entryId }) => entryId < belowId && entryId >= downTo))
          }
        }
      }
    },
    RUNS,
  )
  expect(visible, 'the worlds showed something').toBeGreaterThan(PEOPLE)
})

function shown(entries: FeedEntry[]): PlainEntry[] {
  return entries.filter(({ visible }) => visible).map(({ entryId, id, sharedById }) => ({ entryId, postId: id, sharedById }))
}

it('pages through exactly what may be seen, whatever the world, the viewer and the size', { timeout: TIMEOUT_MS }, async () => {
  let visible = 0
  await checkProperty(
    fc.tuple(randomWorld(PEOPLE, POSTS), fc.integer({ min: 1, max: 9 }), fc.boolean()),
    async ([world, first, includeOwn]) => {
      await writeWorld(nexus, world)
      for (let viewer = 1; viewer <= PEOPLE; viewer += 1) visible += await expectAllPaged(viewer, first, includeOwn)
    },
    RUNS,
  )
  expect(visible, 'the worlds showed something').toBeGreaterThan(PEOPLE)
})

it('goes on beyond a stretch of which nothing may be seen, by pages that are short and not the last', async () => {
  const [alice, bob, carol] = [1, 2, 3]
  await writeWorld(nexus, {
    people: ['here', 'here', 'here'],
    follows: [[alice, bob]],
    mutes: [],
    blocks: [],
    posts: Array.from({ length: 60 }, (_, index) => ({
      author: index % 20 === 0 ? bob : carol,
      pause: 1,
      forFollowers: false,
      hidden: index % 20 !== 0,
    })),
    shares: Array.from({ length: 60 }, (_, index) => ({ by: bob, post: index, pause: 1 })),
  })
  for (const first of [1, 2, 3, 7]) expect(await expectAllPaged(alice, first, true)).toBe(6)
  const pages = await readPages(alice, 1, true)
  expect(pages.filter((page) => page.length === 0).length).toBeGreaterThan(0)
})

/** Answers how many entries there are to be seen. */
async function expectAllPaged(viewer: number, first: number, includeOwn: boolean): Promise<number> {
  const plain = await readPlainly(nexus, viewer, includeOwn, true)
  const expected = plain.map(({ entryId, postId }) => ({ key: String(entryId), post: String(postId) }))
  expectPagesOf(await readPages(viewer, first, includeOwn), expected, `viewer ${viewer} by ${first}`)
  return plain.length
}

async function readPages(viewer: number, first: number, includeOwn: boolean): Promise<SeenEntry[][]> {
  const pages: SeenEntry[][] = []
  for (let after: string | null = null; ; ) {
    const page = await readHomeFeed(nexus.app.database, viewer, { first, after, includeOwn })
    expect(page.entries.length).toBeLessThanOrEqual(first)
    pages.push(page.entries.map(({ entryId, id }) => ({ key: String(entryId), post: String(id) })))
    if (!page.hasNextPage) return pages
    expect(page.endKey, 'a page that is not the last says where it ended').toBeDefined()
    after = makeCursor(HOME_FEED_LIST, page.endKey!)
    if (pages.length > ALL) throw new Error('paging does not end')
  }
}
