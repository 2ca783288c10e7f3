import { headKey } from '../../src/domain/feeds/heads/head-keys.ts'
import { installHeadScript, markHeadScript } from '../../src/domain/feeds/heads/head-scripts.ts'
import type { Pulse } from '../../src/domain/feeds/heads/pulse.ts'
import { statement } from '../../src/platform/database/statement.ts'
import type { Engine } from './open-engine.ts'

export const HEAD_ENTRIES = 800
const HEADS_AT_ONCE = 200
const LIVES_MS = 6 * 3_600_000
/** Ids of an hour lie some thousands apart, and before all that is written while a scenario runs. */
const FIRST_ID = (Date.UTC(2026, 0, 2) - Date.UTC(2000, 0, 1)) * 4096
const STEP = 4096 * 37

const versions = statement<{ id: number; version: number }>(
  'bench.versions',
  'select u.id, coalesce(v.version, 0) as version from users u left join viewers v on v.user_id = u.id where u.id = any($1::int[])',
)

/**
 * Gives each of these viewers a full head, as its builder would install it, of ids that no post has: for scenarios that deliver, and in which
 * nobody reads.
 */
export async function fillHeads({ database, redis }: Engine, prefix: string, pulse: Pulse, viewerIds: readonly number[]): Promise<void> {
  const ids = Array.from({ length: HEAD_ENTRIES }, (_, index) => String(FIRST_ID + index * STEP))
  const rows = await database.rows(versions, [viewerIds])
  for (let from = 0; from < rows.length; from += HEADS_AT_ONCE) {
    await Promise.all(
      rows.slice(from, from + HEADS_AT_ONCE).map(async ({ id, version }) => {
        const key = headKey(prefix, pulse.epoch, id)
        const [marker, header] = [`m${id}`, `v${version}`]
        await redis.call(markHeadScript, [key], [header, marker, '60000'])
        await redis.call(installHeadScript, [key], [marker, header, String(LIVES_MS), String(HEAD_ENTRIES), ids[0] ?? '0', ...ids])
      }),
    )
  }
}
