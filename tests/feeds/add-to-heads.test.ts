import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callsOf } from '../../src/domain/feeds/heads/add-to-heads.ts'
import { addToHeadsScript, wholeHeadScript } from '../../src/domain/feeds/heads/head-scripts.ts'
import { openRedis, type Redis } from '../../src/platform/cache/open-redis.ts'
import { checkProperty } from '../properties/check-property.ts'
import { withRedis } from '../redis-keys.ts'

const REDIS_URL = process.env.REDIS_URL!
const [MOST, SLACK] = [60, 6]

let redis: Redis
beforeAll(async () => {
  redis = await openRedis({ url: REDIS_URL, answerMs: 2000 }, pino({ level: 'silent' }))
})
afterAll(() => redis.close())

async function addTo(ids: number[], batches: number[][]): Promise<number[]> {
  const key = `test:${randomUUID()}`
  await withRedis(REDIS_URL, async (bare) => {
    await bare.rPush(key, ['v1', ...ids.map(String)])
    await bare.expire(key, 60)
  })
  for (const batch of batches) await redis.call(addToHeadsScript, [key], [String(MOST), String(SLACK), batch.join()])
  const [, ...held] = (await redis.call(wholeHeadScript, [key], [])) as string[]
  return held.map(Number)
}

const ascending = (max: number) =>
  fc.uniqueArray(fc.integer({ min: 1, max }), { minLength: 1, maxLength: 80 }).map((ids) => ids.sort((a, b) => a - b))

it('keeps a head in order, without doubles, and as long as it may be, whatever comes late, twice and together', async () => {
  const some = fc.tuple(ascending(300), fc.array(ascending(400), { minLength: 1, maxLength: 6 }))
  await checkProperty(
    some,
    async ([ids, batches]) => {
      const head = ids.slice(-MOST)
      const held = await addTo(head, batches)
      expect(held).toEqual([...new Set(held)].sort((a, b) => a - b))
      expect(held.length).toBeLessThanOrEqual(MOST + SLACK)
      // At and above its lowest nothing is missing of what it had and was given.
      const lowest = held[0] ?? 0
      const given = new Set([...head, ...batches.flat()])
      expect(held).toEqual([...given].filter((id) => id >= Math.max(lowest, head[0] ?? 0)).sort((a, b) => a - b))
    },
    200,
  )
})

it('reaches each viewer once a call, with all that is theirs, and no more than five hundred of a bucket', () => {
  const viewerIds = Array.from({ length: 600 }, (_, index) => 256 * (index + 1))
  const calls = callsOf('p:', 'epoch', [
    { viewerIds, entryId: 9 },
    { viewerIds: viewerIds.slice(0, 2), entryId: 7 },
  ])
  expect(calls.map(({ keys }) => keys.length)).toEqual([500, 100])
  expect(calls[0]?.ids.slice(0, 3)).toEqual(['7,9', '7,9', '9'])
})
