import { setTimeout as pause } from 'node:timers/promises'
import { type Reader, statement } from '../../../platform/database/statement.ts'
import { Unavailable } from '../../../platform/unavailable.ts'
import type { Heads } from './open-heads.ts'

/** So long after it was found a difference is looked for again: what was under way has arrived by then. */
const SECOND_LOOK_MS = 2000

/** What a head says otherwise than the follow graph, from its lowest entry on. */
export interface HeadDifference {
  viewerId: number
  missing: number[]
  /** There, but of nobody whom the viewer follows. What was deleted since is no difference: it is passed over when it is read. */
  extra: number[]
  misordered: number[]
}

export interface HeadsAudit {
  heads: number
  entries: number
  differences: HeadDifference[]
}

/**
 * Compares up to `sample` heads with what the follow graph gives. What is not yet delivered is left out, and nothing is accused before it was
 * found twice, 2 s apart. With `repair` heads that differ are taken away: the next read builds them anew.
 * @throws Unavailable without Redis
 */
export async function auditHeads(
  reader: Reader,
  heads: Heads,
  { sample, repair }: { sample: number; repair: boolean },
): Promise<HeadsAudit> {
  const viewerIds = await heads.sample(await takePulse(heads), sample)
  const first = await compareAll(reader, heads, viewerIds)
  const suspected = first.differences.map(({ viewerId }) => viewerId)
  if (suspected.length > 0) await pause(SECOND_LOOK_MS)
  const { differences } = await compareAll(reader, heads, suspected)
  if (repair) for (const { viewerId } of differences) await heads.drop(await takePulse(heads), viewerId)
  return { heads: first.heads, entries: first.entries, differences }
}

async function takePulse(heads: Heads) {
  const pulse = await heads.takePulse()
  if (!pulse) throw new Unavailable('Redis is not connected')
  return pulse
}

async function compareAll(reader: Reader, heads: Heads, viewerIds: readonly number[]): Promise<HeadsAudit> {
  const audit: HeadsAudit = { heads: 0, entries: 0, differences: [] }
  for (const viewerId of viewerIds) {
    const compared = await compareHead(reader, heads, viewerId)
    if (!compared) continue
    audit.heads += 1
    audit.entries += compared.entries
    const { missing, extra, misordered } = compared
    if (missing.length + extra.length + misordered.length > 0) audit.differences.push({ viewerId, missing, extra, misordered })
  }
  return audit
}

const graphEntries = statement<{ version: number; id: number | null }>(
  'feeds.graph-entries',
  `with heard as (select following_id as id from follows where follower_id = $1 union all select $1::int)
   select coalesce((select version from viewers where user_id = $1), 0) as version, e.id
   from (select) once left join (
     select p.id from posts p where p.author_id in (select id from heard) and p.id >= $2
     union all
     select s.id from shares s where s.user_id in (select id from heard) and s.id >= $2
   ) e on true order by e.id`,
)
const existing = statement<{ id: number }>(
  'feeds.existing-entries',
  'select id from posts where id = any($1::bigint[]) union all select id from shares where id = any($1::bigint[])',
)

// The pulse is taken first and the head read second, as a reader does; the graph is read last, so that it knows all that the head may have.
async function compareHead(reader: Reader, heads: Heads, viewerId: number): Promise<(HeadDifference & { entries: number }) | undefined> {
  const pulse = await takePulse(heads)
  const head = await heads.readWhole(pulse, viewerId)
  if (!head) return undefined
  const rows = await reader.rows(graphEntries, [viewerId, head.ids[0] ?? 0])
  if (rows[0]?.version !== head.version) return undefined // no head any more
  const graph = new Set(rows.flatMap(({ id }) => id ?? []))
  const entries = head.ids.filter((id) => id > 0)
  const known = new Set(entries)
  const later = (await takePulse(heads)).pending
  const pending = new Set([...pulse.pending.values(), ...later.values()].flat())
  const strangers = entries.filter((id) => !graph.has(id))
  const there = strangers.length === 0 ? [] : await reader.rows(existing, [strangers])
  return {
    viewerId,
    entries: entries.length,
    missing: [...graph].filter((id) => !known.has(id) && !pending.has(id)),
    extra: there.map(({ id }) => id),
    misordered: entries.filter((id, place) => place > 0 && id <= (entries[place - 1] ?? 0)),
  }
}
