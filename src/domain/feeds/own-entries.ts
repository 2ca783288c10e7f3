import { type Reader, statement } from '../../platform/database/statement.ts'

/** More than anybody writes in the seconds for which these are read. */
const OWN_ENTRIES_MAX = 200

const ownEntries = statement<{ id: number }>(
  'feeds.own-entries',
  `(select id from posts where author_id = $1 and id < $2 and id >= $3 order by id desc limit ${OWN_ENTRIES_MAX})
   union all
   (select id from shares where user_id = $1 and id < $2 and id >= $3 order by id desc limit ${OWN_ENTRIES_MAX})`,
)

/** The viewer's newest posts and shares below a key, down to another. On the primary: the writer sees their own write in the next read. */
export async function readOwnEntries(reader: Reader, viewerId: number, belowId: number, downTo: number): Promise<number[]> {
  return (await reader.rows(ownEntries, [viewerId, belowId, downTo])).map(({ id }) => id)
}
