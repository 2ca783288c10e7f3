import pino from 'pino'
import type { Warm } from '../../src/domain/feeds/choose-source.ts'
import { openWarmFeeds, type WarmFeeds } from '../../src/domain/feeds/warm-feeds.ts'
import { hearOverRedis } from '../../src/platform/broadcast/hear-over-redis.ts'
import { openRedis } from '../../src/platform/cache/open-redis.ts'
import type { Nexus } from '../cast.ts'

/** Warm feeds as a process has them, with heads of a length of the test's choice. */
export async function openWarm(nexus: Nexus, redisUrl: string, headLengthMax: number): Promise<WarmFeeds> {
  const redis = await openRedis({ url: redisUrl, answerMs: 2000 }, pino({ level: 'silent' }))
  const prefix = `${new URL(nexus.databaseUrl).pathname.slice(1)}:${headLengthMax}:`
  const hearing = await hearOverRedis(redis, prefix)
  const feeds = openWarmFeeds({ redis, hearing, database: nexus.app.database, prefix, headLengthMax })
  return {
    ...feeds,
    close: async () => {
      await feeds.close()
      await hearing.close()
      await redis.close()
    },
  }
}

/** A viewer as a request reads them. */
export async function asViewer(nexus: Nexus, feeds: WarmFeeds, id: number): Promise<Warm> {
  const [row] = await nexus.sql<{ version: number }>('select version::int from viewers where user_id = $1', [id])
  return { feeds, viewer: { id, version: row?.version ?? 0, wroteRecently: false } }
}

/** After rows were written past every verb, as an import does: no head of before is one. */
export async function raiseEpoch(nexus: Nexus, feeds: readonly WarmFeeds[]): Promise<void> {
  await nexus.sql('update head_epoch set number = number + 1')
  for (const { heads } of feeds) await heads.takePulse()
}
