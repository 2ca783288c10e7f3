import { createClient } from '@redis/client'

/** Runs `work` with a connection of a test's own. */
export async function withRedis<Result>(url: string, work: (redis: ReturnType<typeof createClient>) => Promise<Result>): Promise<Result> {
  const redis = createClient({ url })
  redis.on('error', () => {})
  await redis.connect()
  try {
    return await work(redis as ReturnType<typeof createClient>)
  } finally {
    redis.destroy()
  }
}

/** All keys that begin so. */
export function keysOf(url: string, prefix: string): Promise<string[]> {
  return withRedis(url, async (redis) => {
    const keys: string[] = []
    for await (const batch of redis.scanIterator({ MATCH: `${prefix}*`, COUNT: 1000 })) keys.push(...batch)
    return keys
  })
}

export async function removeKeys(url: string, prefix: string): Promise<void> {
  const keys = await keysOf(url, prefix)
  if (keys.length > 0) await withRedis(url, (redis) => redis.unlink(keys))
}
