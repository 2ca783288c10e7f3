import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HOME_FEED_LIST, readHomeFeed } from '../../src/domain/feeds/read-home-feed.ts'
import type { WarmFeeds } from '../../src/domain/feeds/warm-feeds.ts'
import { makeCursor } from '../../src/domain/input/page-rules.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { checkProperty } from '../properties/check-property.ts'
import { readPlainly } from '../properties/plain-feed.ts'
import { randomWorld, writeWorld } from '../properties/random-world.ts'
import { expectPagesOf, type SeenEntry } from '../properties/walk.ts'
import { statementsDuring } from './statements.ts'
import { asViewer, openWarm, raiseEpoch } from './warm.ts'

const PEOPLE = 7
const POSTS = 120
const RUNS = 6
const HEAD_LENGTHS = [5, 17, 50]
const PAGE_SIZES = [1, 3, 7, 100]
const TIMEOUT_MS = 3_600_000
const PAGES_MAX = 2000

let nexus: Nexus
let warm: WarmFeeds[]
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
  warm = await Promise.all(HEAD_LENGTHS.map((length) => openWarm(nexus, process.env.REDIS_URL!, length)))
})
afterAll(async () => {
  for (const feeds of warm) await feeds.close()
  await nexus.close()
})

/** Reads a feed to its end; before each page something is done to the heads. */
async function readPages(
  feeds: WarmFeeds,
  viewer: number,
  first: number,
  includeOwn: boolean,
  between: () => Promise<void>,
): Promise<SeenEntry[][]> {
  const pages: SeenEntry[][] = []
  for (let after: string | null = null; ; ) {
    await between()
    const page = await readHomeFeed(nexus.app.database, viewer, { first, after, includeOwn }, await asViewer(nexus, feeds, viewer))
    pages.push(page.entries.map(({ entryId, id }) => ({ key: String(entryId), post: String(id) })))
    if (!page.hasNextPage) return pages
    if (pages.length > PAGES_MAX) throw new Error('paging does not end')
    after = page.endKey === undefined ? null : makeCursor(HOME_FEED_LIST, page.endKey)
  }
}

async function expectTruth(
  feeds: WarmFeeds,
  viewer: number,
  first: number,
  includeOwn: boolean,
  between = async () => {},
): Promise<number> {
  const plain = await readPlainly(nexus, viewer, includeOwn, true)
  const expected = plain.map(({ entryId, postId }) => ({ key: String(entryId), post: String(postId) }))
  expectPagesOf(await readPages(feeds, viewer, first, includeOwn, between), expected, `viewer ${viewer} by ${first}`)
  return plain.length
}

it('joins head and truth without a seam, whatever the world, the length of heads, the page and what is added between', {
  timeout: TIMEOUT_MS,
}, async () => {
  let visible = 0
  const additions = fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 })
  const sizes = fc.constantFrom(...PAGE_SIZES)
  await checkProperty(
    fc.tuple(randomWorld(PEOPLE, POSTS), fc.nat(HEAD_LENGTHS.length - 1), sizes, fc.boolean(), additions),
    async ([world, length, first, includeOwn, added]) => {
      const feeds = warm[length]!
      await writeWorld(nexus, world)
      await raiseEpoch(nexus, warm)
      for (let viewer = 1; viewer <= PEOPLE; viewer += 1) {
        // What fan-out may bring again, late and out of order: entries that the follow graph gives this viewer.
        const given = await nexus.sql<{ id: number }>(
          `select id::float8 as id from (select id, author_id as actor from posts union all select id, user_id from shares) entries
           where actor = $1 or actor in (select following_id from follows where follower_id = $1) order by id`,
          [viewer],
        )
        const between = async () => {
          const pulse = await feeds.heads.takePulse()
          for (const place of added) {
            const entry = given[place % Math.max(1, given.length)]
            if (entry) await feeds.heads.add(pulse!, [viewer], entry.id)
          }
        }
        visible += await expectTruth(feeds, viewer, first, includeOwn, between)
      }
    },
    RUNS,
  )
  expect(visible, 'the worlds showed something').toBeGreaterThan(PEOPLE)
})

it('reads authors of none to 1,200 posts, many in a millisecond, in order to the end', { timeout: TIMEOUT_MS }, async () => {
  await writeWorld(nexus, {
    people: Array.from({ length: 5 }, () => 'here' as const),
    follows: [],
    mutes: [],
    blocks: [],
    posts: [],
    shares: [],
  })
  await nexus.sql('insert into follows (follower_id, following_id) values (1, 2), (1, 3), (1, 4), (1, 5)')
  for (const [author, many, apart] of [
    [2, 1200, 7],
    [3, 60, 300],
    [4, 1, 1],
  ])
    await nexus.sql(
      `insert into posts (id, author_id, content) select id, $1, 'words'
       from unnest(new_ids(1, array(select '2021-01-01'::timestamptz + make_interval(secs => n * $3 / 5000.0) from generate_series(1, $2) n))) id`,
      [author, many, apart],
    )
  await raiseEpoch(nexus, warm)
  for (const feeds of warm) expect(await expectTruth(feeds, 1, 100, true)).toBe(1261)
  const standard = await openWarm(nexus, process.env.REDIS_URL!, 800)
  try {
    await standard.heads.takePulse()
    expect(await expectTruth(standard, 1, 100, true)).toBe(1261)
    const firstPage = () =>
      asViewer(nexus, standard, 1).then((viewer) => readHomeFeed(nexus.app.database, 1, { first: 100, includeOwn: true }, viewer))
    expect((await statementsDuring(firstPage)).filter((name) => /truth|head-entries/.test(name))).toEqual([])
  } finally {
    await standard.close()
  }
})
