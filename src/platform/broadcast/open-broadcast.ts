import type { Redis } from '../cache/open-redis.ts'
import type { Writer } from '../database/statement.ts'
import { handFacts } from './hand-facts.ts'
import { hearInProcess } from './hear-in-process.ts'
import { hearOverRedis } from './hear-over-redis.ts'
import type { Hearing } from './hearing.ts'
import { sendFacts } from './send-facts.ts'

export interface Broadcasting {
  hearing: Hearing
  /** Takes up to so many facts out of the database to whoever hears them, and answers how many there were. @throws Unavailable */
  relay(count: number): Promise<number>
  close(): Promise<void>
}

/** Over Redis where there is one, else within this process. */
export async function openBroadcast(database: Writer, redis: Redis | undefined, prefix: string): Promise<Broadcasting> {
  if (!redis) {
    const hearing = hearInProcess()
    return { hearing, relay: (count) => handFacts(database, hearing, count), close: hearing.close }
  }
  const hearing = await hearOverRedis(redis, prefix)
  return { hearing, relay: (count) => sendFacts(database, redis, prefix, count), close: hearing.close }
}
