import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createClient } from '@redis/client'
import { addToHeadsScript, installHeadScript, markHeadScript } from '../src/domain/feeds/heads/head-scripts.ts'
import type { Script } from '../src/platform/cache/open-redis.ts'
import { openResults } from './measure/results.ts'
import { rounded } from './measure/statistics.ts'
import { holdsOf, type Target } from './measure/targets.ts'

/** One way to keep a head: how it is filled, and how an entry is added. */
interface Encoding {
  fill(key: string, ids: number[]): Promise<unknown>
  add(keys: string[], id: number): Promise<unknown>
}

export interface HeadsResult {
  heads: number
  entries: number
  appends: number
  /** Of heads as they were filled, and after the appends: keys and all that Redis keeps beside them. */
  bytesAnEntry: Record<string, { filled: number; atWork: number }>
  /** Heads reached a second by one connection, keys of one bucket a call. */
  deliveriesASecond: Record<string, number>
  targets: Target[]
  holds: Record<string, boolean>
}

const ENTRIES = 800
const SLACK = 80
const KEYS_A_CALL = 80
const BYTES_AN_ENTRY_MAX = 12
const FIRST_ID = 2 ** 51
/** Ids of a busy hour lie some thousands apart. */
const STEP = 4096 * 37

type Client = ReturnType<typeof createClient>

function encodings(redis: Client): Record<string, Encoding> {
  const call = async (script: Script, keys: string[], args: string[]) => {
    const rest = [String(keys.length), ...keys, ...args]
    return redis.sendCommand(['EVALSHA', script.digest, ...rest]).catch(() => redis.sendCommand(['EVAL', script.text, ...rest]))
  }
  const each = (lua: string) => async (keys: string[], id: number) =>
    redis.sendCommand(['EVAL', lua, String(keys.length), ...keys, String(id)])
  return {
    'ordered list (ours)': {
      fill: async (key, ids) => {
        const marker = `m${randomUUID()}`
        await call(markHeadScript, [key], ['v1', marker, '60000'])
        await call(installHeadScript, [key], [marker, 'v1', '3600000', String(ENTRIES), String(ids[0]), ...ids.map(String)])
      },
      add: (keys, id) => call(addToHeadsScript, keys, [String(ENTRIES), String(SLACK), ...keys.map(() => String(id))]),
    },
    'sorted set': {
      fill: (key, ids) =>
        redis.zAdd(
          key,
          ids.map((id) => ({ score: id, value: String(id) })),
        ),
      add: each(`for _, key in ipairs(KEYS) do redis.call('ZADD', key, ARGV[1], ARGV[1])
        if redis.call('ZCARD', key) > ${ENTRIES + SLACK} then redis.call('ZREMRANGEBYRANK', key, 0, -${ENTRIES + 1}) end end`),
    },
    'packed string': {
      fill: (key, ids) => redis.set(key, packed(ids) as unknown as string),
      add: each(`local id = struct.pack('>d', tonumber(ARGV[1])) for _, key in ipairs(KEYS) do
        if redis.call('APPEND', key, id) > ${8 * (ENTRIES + SLACK)} then redis.call('SET', key, redis.call('GETRANGE', key, -${8 * ENTRIES}, -1)) end end`),
    },
  }
}

function packed(ids: number[]): Buffer {
  const bytes = Buffer.alloc(8 * ids.length)
  for (const [place, id] of ids.entries()) bytes.writeDoubleBE(id, 8 * place)
  return bytes
}

/** Compares ways to keep heads on full ones, freshly filled and after many appends. */
export async function measureHeads(url: string, { heads, appends }: { heads: number; appends: number }): Promise<HeadsResult> {
  const redis = createClient({ url }) as Client
  await redis.connect()
  const bytesAnEntry: HeadsResult['bytesAnEntry'] = {}
  const deliveriesASecond: HeadsResult['deliveriesASecond'] = {}
  try {
    for (const [name, encoding] of Object.entries(encodings(redis))) {
      const prefix = `bench-heads:${randomUUID().slice(0, 8)}:`
      const keys = Array.from({ length: heads }, (_, index) => `${prefix}{b:00}:${index}`)
      const ids = Array.from({ length: ENTRIES }, (_, index) => FIRST_ID + index * STEP)
      for (const key of keys) await encoding.fill(key, ids)
      const filled = await bytesOf(redis, keys)
      const began = performance.now()
      for (let append = 0; append < appends; append += 1) {
        const id = FIRST_ID + (ENTRIES + append) * STEP
        await Promise.all(chunksOf(keys, KEYS_A_CALL).map((chunk) => encoding.add(chunk, id)))
      }
      deliveriesASecond[name] = Math.round((heads * appends * 1000) / (performance.now() - began))
      const atWork = await bytesOf(redis, keys)
      const kept = ENTRIES + (appends % SLACK)
      bytesAnEntry[name] = { filled: rounded(filled / heads / ENTRIES), atWork: rounded(atWork / heads / kept) }
      for (const chunk of chunksOf(keys, 500)) await redis.unlink(chunk)
      console.log(
        `heads: ${name}: ${bytesAnEntry[name].filled} bytes an entry filled, ${bytesAnEntry[name].atWork} at work, ${deliveriesASecond[name]} deliveries/s`,
      )
    }
  } finally {
    redis.destroy()
  }
  const ours = bytesAnEntry['ordered list (ours)']?.atWork ?? Number.NaN
  const targets: Target[] = [
    { what: 'bytes an entry in Redis, at work', value: ours, atLeast: BYTES_AN_ENTRY_MAX, aim: 10.5, unit: 'bytes', better: 'less' },
  ]
  return { heads, entries: ENTRIES, appends, bytesAnEntry, deliveriesASecond, targets, holds: holdsOf(targets) }
}

async function bytesOf(redis: Client, keys: string[]): Promise<number> {
  const bytes = await Promise.all(keys.map((key) => redis.sendCommand(['MEMORY', 'USAGE', key, 'SAMPLES', '0'])))
  return bytes.reduce<number>((sum, each) => sum + Number(each), 0)
}

function chunksOf<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { heads: { type: 'string', default: '2000' }, appends: { type: 'string', default: '500' } } })
  const result = await measureHeads(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', {
    heads: Number(values.heads),
    appends: Number(values.appends),
  })
  await openResults(1).write('heads', result)
  console.log(result.holds)
}
