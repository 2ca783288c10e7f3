import { LRUCache } from 'lru-cache'
import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'

/** Ids kept in a process, over all viewers: some 40 bytes each. */
const IDS_KEPT_MAX = 2_000_000

const followeesOf = statement<{ ids: number[] }>(
  'feeds.followees',
  'select array(select following_id from follows where follower_id = $1) as ids',
)

/** Whom a viewer follows, kept in process by their version: whatever changes it raises the version. */
export interface Followees {
  of(viewer: { id: number; version: number }): Promise<ReadonlySet<number>>
}

export function openFollowees(reader: Reader): Followees {
  const kept = new LRUCache<string, ReadonlySet<number>>({
    max: IDS_KEPT_MAX,
    maxSize: IDS_KEPT_MAX,
    sizeCalculation: (ids) => ids.size + 10,
  })
  return {
    of: async ({ id, version }) => {
      const key = `${id}.${version}`
      const known = kept.get(key)
      if (known) return known
      const read = new Set((await firstRow(reader, followeesOf, [id]))?.ids)
      kept.set(key, read)
      return read
    },
  }
}
