import { statement, type Tx } from '../../platform/database/statement.ts'
import { refuse, refuseInput } from '../../refusals.ts'

/** A medium of which no post is, locked for the transaction that puts it into one. */
export interface FreeMedium {
  id: number
  name: string
}

interface OwnMedium extends FreeMedium {
  used: boolean
}

const lockOwn = statement<OwnMedium>(
  'media.lock-own',
  `select id, name, post_id is not null as used from media
   where owner_id = $1 and id = any($2::bigint[]) and stored_at is not null order by id for no key update`,
)

/** The owner's media of these ids, in the order asked. @throws NOT_FOUND for what is not theirs, BAD_USER_INPUT for what another post has */
export async function takeMedia(tx: Tx, ownerId: number, ids: readonly number[]): Promise<FreeMedium[]> {
  const own = new Map((await tx.rows(lockOwn, [ownerId, ids])).map((medium) => [medium.id, medium]))
  return ids.map((id) => {
    const medium = own.get(id)
    if (!medium) throw refuse('media.not-found', { field: 'mediaIds' })
    if (medium.used) throw refuseInput('mediaIds', `The medium ${id} is in another post already.`)
    return medium
  })
}

const lockOwnByName = statement<FreeMedium>(
  'media.lock-own-by-name',
  `select id, name from media where owner_id = $1 and name = $2 and post_id is null and stored_at is not null for no key update`,
)

/** The owner's medium of a name, where no post has it. */
export function takeMediumByName(tx: Tx, ownerId: number, name: string): Promise<FreeMedium[]> {
  return tx.rows(lockOwnByName, [ownerId, name])
}

const attach = statement<never>(
  'media.attach',
  `update media m set post_id = $1, position = o.n - 1 from unnest($2::bigint[]) with ordinality o (id, n) where m.id = o.id`,
)

/** Puts media that were taken into a post, in this order. */
export async function attachMedia(tx: Tx, postId: number, media: readonly FreeMedium[]): Promise<void> {
  if (media.length > 0) await tx.rows(attach, [postId, media.map(({ id }) => id)])
}
