import { z } from 'zod'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { point } from '../../platform/point.ts'
import { addJobs } from '../../platform/queue/add-jobs.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import type { Heads } from './heads/open-heads.ts'
import type { Pulse } from './heads/pulse.ts'
import { anyHeadsAreKept } from './heads/pulse-statements.ts'

/** Followers reached by one job. */
const CHUNK_MAX = 1000
/** Entries of who has more followers are not delivered, but kept: readers merge them for a day, and by then every head has them. */
const FOLLOWERS_REACHED_MAX = 50_000

export interface FanOutContext {
  database: Reader & Writer
  /** Undefined in a worker without Redis. */
  heads: Heads | undefined
}

const entry = z.object({ entryId: z.number().int(), actorId: z.number().int() })
type Entry = z.infer<typeof entry>
/** Followers by the ids of their follows: above the one, up to the other. */
const chunk = entry.extend({ above: z.number().int(), upTo: z.number().int() })
type Chunk = z.infer<typeof chunk>

/**
 * Puts a new post or share into the heads of its author's followers, and of the author. The first chunk goes at once; the others become
 * rows of their own on the bulk lane, so that an author with many followers does not hold up one with few. Until its last row is gone, readers merge
 * the entry.
 */
export const fanOutEntry = defineJob({ name: 'feeds.fan-out', input: entry, attemptsMax: 12, run: fanOut })

/** Puts an entry into the heads of one chunk of followers. */
export const fanOutChunk = defineJob({ name: 'feeds.fan-out-chunk', input: chunk, lane: 'bulk', attemptsMax: 12, run: deliverChunk })

/** A row that does nothing but lie there for a day and an hour: so long readers merge its entry. */
export const keepEntry = defineJob({ name: 'feeds.keep', input: entry, lane: 'bulk', attemptsMax: 1, run: async () => undefined })

const followersOf = statement<{ many: number }>(
  'feeds.followers-of',
  'select coalesce(sum(followers), 0)::int as many from user_counts where user_id = $1',
)
const chunkBorders = statement<{ border: number }>(
  'feeds.chunk-borders',
  `select id as border from (select id, row_number() over (order by id) as place from follows where following_id = $1) numbered
   where place % $2 = 0 order by id`,
)
const keep = statement<never>(
  'feeds.keep-entry',
  `insert into jobs (name, lane, payload, next_try_at)
   values ('feeds.keep', 'bulk', jsonb_build_object('entryId', $1::bigint, 'actorId', $2::int), now() + interval '25 hours')`,
)

async function fanOut(ctx: FanOutContext, { entryId, actorId }: Entry): Promise<void> {
  if (!ctx.heads) return leaveToOthers(ctx.database)
  if (((await firstRow(ctx.database, followersOf, [actorId]))?.many ?? 0) > FOLLOWERS_REACHED_MAX) {
    await ctx.database.transaction((tx) => tx.rows(keep, [entryId, actorId]))
    return
  }
  const borders = (await ctx.database.rows(chunkBorders, [actorId, CHUNK_MAX])).map(({ border }) => border)
  await deliver(ctx, { entryId, actorId, above: 0, upTo: borders[0] ?? Number.MAX_SAFE_INTEGER }, [actorId])
  const chunks = borders.map((above, index) => ({ entryId, actorId, above, upTo: borders[index + 1] ?? Number.MAX_SAFE_INTEGER }))
  if (chunks.length > 0) await ctx.database.transaction((tx) => addJobs(tx, fanOutChunk, chunks))
}

async function deliverChunk(ctx: FanOutContext, payload: Chunk): Promise<void> {
  return ctx.heads ? deliver(ctx, payload, []) : leaveToOthers(ctx.database)
}

const followersOfChunk = statement<{ followerId: number }>(
  'feeds.followers-of-chunk',
  'select follower_id as "followerId" from follows where following_id = $1 and id > $2 and id <= $3 order by id limit $4',
)
/** A chunk may have grown since its borders were read, never by more than this. */
const CHUNK_READ_MAX = CHUNK_MAX * 20

// Followers are read on the primary, after the commit of what is delivered: who follows later builds a head that has it.
async function deliver({ database, heads }: FanOutContext, { entryId, actorId, above, upTo }: Chunk, also: number[]): Promise<void> {
  const pulse = await takePulse(heads)
  const followers = await database.rows(followersOfChunk, [actorId, above, upTo, CHUNK_READ_MAX])
  await point('fan-out:before-add', entryId)
  await heads?.add(pulse, [...also, ...followers.map(({ followerId }) => followerId)], entryId)
  await point('fan-out:added', entryId)
  // What was delivered counts only under this epoch and run: heads of another may have been built before the entry was there.
  if ((await takePulse(heads)).epoch !== pulse.epoch) throw new Unavailable('Redis was replaced meanwhile')
}

async function takePulse(heads: Heads | undefined): Promise<Pulse> {
  const pulse = await heads?.takePulse()
  if (!pulse) throw new Unavailable('Redis is not connected')
  return pulse
}

/** A worker without Redis has nothing to deliver where nobody keeps heads; where somebody does, it must not take the row away. */
async function leaveToOthers(database: Reader): Promise<void> {
  if (await anyHeadsAreKept(database)) throw new Unavailable('heads are kept in Redis, and this worker has no REDIS_URL')
}
