import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cutFeedPage } from '../../src/domain/feeds/feed-page.ts'
import type { FeedEntry } from '../../src/domain/feeds/home-feed-truth.ts'
import { acceptPage, makeCursor, PAGE_SIZE_MAX, sliceOf } from '../../src/domain/input/page-rules.ts'
import { NEWEST } from '../../src/platform/ids.ts'

const entry = (entryId: number, id: number, visible = true): FeedEntry => ({ entryId, id, visible }) as FeedEntry
const idsOf = (page: { entries: FeedEntry[] }) => page.entries.map(({ entryId }) => entryId)

it('cuts as many posts as asked, and says that more follow', () => {
  const page = cutFeedPage([entry(9, 1), entry(8, 2), entry(7, 3)], 2, true)
  expect(idsOf(page)).toEqual([9, 8])
  expect(page).toMatchObject({ hasNextPage: true, endKey: 8 })
})

it('shows of a post only the newest entry in a page', () => {
  const page = cutFeedPage([entry(9, 1), entry(8, 1), entry(7, 2), entry(6, 1)], 3, true)
  expect(idsOf(page)).toEqual([9, 7])
  expect(page).toMatchObject({ hasNextPage: false, endKey: 6 })
})

it('passes over what may not be seen, and goes on behind it', () => {
  const page = cutFeedPage([entry(9, 1, false), entry(8, 2), entry(7, 3, false)], 2, false)
  expect(idsOf(page)).toEqual([8])
  expect(page).toMatchObject({ hasNextPage: true, endKey: 7 })
})

it('lets an entry of a post stand for it that comes after one that may not be seen', () => {
  expect(idsOf(cutFeedPage([entry(9, 1, false), entry(8, 1)], 2, true))).toEqual([8])
})

it('answers an empty page that is not the last where nothing may be seen', () => {
  expect(cutFeedPage([entry(9, 1, false)], 1, false)).toEqual({ entries: [], hasNextPage: true, endKey: 9 })
  expect(cutFeedPage([entry(9, 1, false)], 1, true)).toEqual({ entries: [], hasNextPage: false, endKey: 9 })
  expect(cutFeedPage([], 1, true)).toEqual({ entries: [], hasNextPage: false, endKey: undefined })
})

const entriesArbitrary = fc
  .array(fc.record({ id: fc.integer({ min: 1, max: 8 }), visible: fc.boolean() }), { maxLength: 30 })
  .map((rows) => rows.map(({ id, visible }, index) => entry(1000 - index, id, visible)))

it('shows every entry that may be seen once, or a newer one of its post in the same page, whatever the size', () => {
  fc.assert(
    fc.property(entriesArbitrary, fc.integer({ min: 1, max: 7 }), (entries, limit) => {
      const shown: number[] = []
      for (let below = Number.POSITIVE_INFINITY; ; ) {
        const rest = entries.filter(({ entryId }) => entryId < below)
        const page = cutFeedPage(rest, limit, true)
        expect(page.entries.length).toBeLessThanOrEqual(limit)
        expect(new Set(page.entries.map(({ id }) => id)).size).toBe(page.entries.length)
        const passed = rest.filter(({ entryId }) => page.endKey !== undefined && entryId >= page.endKey)
        for (const { entryId, id, visible } of passed) {
          const isShown = page.entries.some((each) => each.entryId === entryId)
          const standsIn = page.entries.some((each) => each.id === id && each.entryId > entryId)
          expect(isShown || !visible || standsIn).toBe(true)
          expect(isShown && (!visible || standsIn)).toBe(false)
        }
        shown.push(...idsOf(page))
        if (!page.hasNextPage) {
          expect(passed.length).toBe(rest.length)
          break
        }
        expect(page.endKey).toBeLessThan(below)
        below = page.endKey!
      }
      expect(shown).toEqual([...new Set(shown)].sort((a, b) => b - a))
    }),
  )
})

it('says that more follow exactly when a further post may be seen, where nothing lies below', () => {
  fc.assert(
    fc.property(entriesArbitrary, fc.integer({ min: 1, max: 7 }), (entries, limit) => {
      const page = cutFeedPage(entries, limit, true)
      const inPage = new Set(page.entries.map(({ id }) => id))
      const further = entries.some(({ entryId, id, visible }) => visible && !inPage.has(id) && entryId < (page.endKey ?? 0))
      expect(page.hasNextPage).toBe(page.entries.length === limit && further)
    }),
  )
})

it('slices one more row than asked into a page and the word that more follow', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 12 }), fc.integer({ min: 1, max: 8 }), (rows, limit) => {
      const read = rows.slice(0, limit + 1)
      const slice = sliceOf(
        read,
        limit,
        (row) => row,
        (row) => row % 2 === 0,
      )
      expect(slice.rows).toEqual(read.slice(0, limit).filter((row) => row % 2 === 0))
      expect(slice.hasNextPage).toBe(read.length > limit)
      expect(slice.endKey).toBe(read.slice(0, limit).at(-1))
    }),
  )
})

it('goes on behind the last row of a page though it may not be seen', () => {
  expect(
    sliceOf(
      [3, 2, 1],
      2,
      (row) => row,
      (row) => row !== 2,
    ),
  ).toEqual({ rows: [3], hasNextPage: true, endKey: 2 })
  expect(sliceOf([3], 2, (row) => row)).toEqual({ rows: [3], hasNextPage: false, endKey: 3 })
  expect(sliceOf([], 2, (row: number) => row)).toEqual({ rows: [], hasNextPage: false, endKey: undefined })
})

it('begins a list at its end, and goes on at its own cursor alone', () => {
  expect(acceptPage('posts', 'newest-first', { first: 1 })).toEqual({ limit: 1, key: NEWEST, continued: false })
  expect(acceptPage('posts', 'oldest-first', { first: PAGE_SIZE_MAX, after: null })).toEqual({ limit: 100, key: 0, continued: false })
  expect(acceptPage('posts', 'newest-first', { first: 7, after: makeCursor('posts', 42) })).toEqual({ limit: 7, key: 42, continued: true })
  for (const after of [
    makeCursor('likes', 42),
    makeCursor('posts', 0),
    makeCursor('posts', -1),
    makeCursor('posts', 1.5),
    '',
    'words',
    `${makeCursor('posts', 4)}x`,
    '🙂',
  ])
    expect(() => acceptPage('posts', 'newest-first', { first: 7, after }), after).toThrow('after is not a cursor of this list.')
  for (const first of [0, -1, 101])
    expect(() => acceptPage('posts', 'newest-first', { first }), String(first)).toThrow('first must be 1 to 100.')
})
