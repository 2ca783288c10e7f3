import { LRUCache } from 'lru-cache'
import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'

/** Ids kept in a process, over all viewers: some 40 bytes each. */
const IDS_KEPT_MAX = 2_000_000
/** What an entry of the cache costs beside its ids. */
const SIZE_OF_NONE = 20

/** Whom a viewer hears. */
export interface Relations {
  follows: ReadonlySet<number>
  /** Muted, and blocked either way. */
  unheard: ReadonlySet<number>
}

const relationsOf = statement<{ follows: number[]; unheard: number[] }>(
  'feeds.relations-of-viewer',
  `select array(select following_id from follows where follower_id = $1) as follows,
     array(select muted_id from mutes where muter_id = $1
           union all select blocked_id from blocks where blocker_id = $1
           union all select blocker_id from blocks where blocked_id = $1) as unheard`,
)

/** Whom viewers hear, kept in process by their version: whatever changes it raises the version, or, an import, the epoch. */
export interface KeptRelations {
  of(epoch: string, viewer: { id: number; version: number }): Relations | Promise<Relations>
}

export function keepRelations(reader: Reader): KeptRelations {
  const kept = new LRUCache<number, Relations & { epoch: string; version: number }>({
    maxSize: IDS_KEPT_MAX,
    sizeCalculation: ({ follows, unheard }) => follows.size + unheard.size + SIZE_OF_NONE,
  })
  return {
    of: (epoch, { id, version }) => {
      const known = kept.get(id)
      return known?.version === version && known.epoch === epoch ? known : load(epoch, id, version)
    },
  }

  async function load(epoch: string, id: number, version: number): Promise<Relations> {
    const row = await firstRow(reader, relationsOf, [id])
    const read = { follows: new Set(row?.follows), unheard: new Set(row?.unheard) }
    kept.set(id, { ...read, epoch, version })
    return read
  }
}
