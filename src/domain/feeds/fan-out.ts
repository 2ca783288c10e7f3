import { z } from 'zod'
import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { point } from '../../platform/point.ts'
import { addJobs } from '../../platform/queue/add-jobs.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import type { Heads } from './heads/open-heads.ts'
import type { Epoch } from './heads/pulse.ts'
import { anyHeadsAreKept } from './heads/pulse-statements.ts'
import type { Followers } from './read-followers.ts'

/** Followers reached by one job of the chunks lane: in a cluster a script call has some 40 keys then. */
const CHUNK_MAX = 10_000
/** Entries of who has more followers are not delivered, but kept: readers merge them for a day, and by then every head has them. */
const FOLLOWERS_REACHED_MAX = 50_000

export interface FanOutContext {
  database: Reader & Writer
  /** Undefined in a worker without Redis. */
  heads: Heads | undefined
  followers: Followers
}

const entry = z.object({ entryId: z.number().int(), actorId: z.number().int() })
type Entry = z.infer<typeof entry>
/** Followers by the ids of their follows: above the one, up to the other. */
const chunk = entry.extend({ above: z.number().int(), upTo: z.number().int() })
type Chunk = z.infer<typeof chunk>

/**
 * Puts a new post or share into the heads of its author's followers, and of the author. Those of an author with many followers become rows of their
 * own on another lane, so that they do not hold up one with few. Until its last row is gone, readers merge the entry. Jobs that are under way at the same
 * time go the same steps together: one statement reads the followers of all, and one script call a bucket adds to the heads of all.
 */
export const fanOutEntry = defineJob({ name: 'feeds.fan-out', input: entry, lane: 'feeds', attemptsMax: 12, run: fanOut })

/** Puts an entry into the heads of one chunk of followers. */
export const fanOutChunk = defineJob({ name: 'feeds.fan-out-chunk', input: chunk, lane: 'chunks', attemptsMax: 12, run: deliverChunk })

/** A row that does nothing but lie there for a day and an hour: so long readers merge its entry. */
export const keepEntry = defineJob({ name: 'feeds.keep', input: entry, lane: 'bulk', attemptsMax: 1, run: async () => undefined })

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
  const { many, ids } = await ctx.followers.of(actorId)
  if (many > FOLLOWERS_REACHED_MAX) {
    await ctx.database.transaction((tx) => tx.rows(keep, [entryId, actorId]))
    return
  }
  await deliver(ctx.heads, entryId, async () => [actorId, ...(ids ?? [])])
  if (ids) return
  const borders = (await ctx.database.rows(chunkBorders, [actorId, CHUNK_MAX])).map(({ border }) => border)
  const chunks = [0, ...borders].map((above, index) => ({ entryId, actorId, above, upTo: borders[index] ?? Number.MAX_SAFE_INTEGER }))
  await ctx.database.transaction((tx) => addJobs(tx, fanOutChunk, chunks))
}

async function deliverChunk({ database, heads, followers }: FanOutContext, { entryId, ...where }: Chunk): Promise<void> {
  return heads ? deliver(heads, entryId, () => followers.inChunk(where)) : leaveToOthers(database)
}

// Followers are read on the primary, after the commit of what is delivered: who follows later builds a head that has it.
async function deliver(heads: Heads, entryId: number, readViewers: () => Promise<number[]>): Promise<void> {
  const [epoch, viewers] = await Promise.all([takeEpoch(heads), readViewers()])
  await point('fan-out:before-add', entryId)
  await heads.add(epoch, viewers, entryId)
  await point('fan-out:added', entryId)
  // What was delivered counts only under this epoch and run: heads of another may have been built before the entry was there.
  if ((await takeEpoch(heads)).epoch !== epoch.epoch) throw new Unavailable('Redis was replaced meanwhile')
}

async function takeEpoch(heads: Heads): Promise<Epoch> {
  const epoch = await heads.takeEpoch()
  if (!epoch) throw new Unavailable('Redis is not connected')
  return epoch
}

/** A worker without Redis has nothing to deliver where nobody keeps heads; where somebody does, it must not take the row away. */
async function leaveToOthers(database: Reader): Promise<void> {
  if (await anyHeadsAreKept(database)) throw new Unavailable('heads are kept in Redis, and this worker has no REDIS_URL')
}
