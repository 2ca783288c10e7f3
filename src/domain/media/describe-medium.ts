import { firstRow, statement, type Writer } from '../../platform/database/statement.ts'
import { parseId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { acceptAltText } from './media-rules.ts'

const setAltText = statement<{ id: number }>(
  'media.set-alt-text',
  'update media set alt_text = $3 where id = $1 and owner_id = $2 and stored_at is not null returning id',
)

/** Says anew what stands in one's own picture, also in a post; null says nothing. Answers the medium's id. @throws BAD_USER_INPUT, NOT_FOUND */
export async function describeMedium(database: Writer, ownerId: number, id: string, altText: string | null): Promise<number> {
  if (altText !== null) acceptAltText(altText)
  const mediumId = parseId(id)
  const described = mediumId && (await database.transaction((tx) => firstRow(tx, setAltText, [mediumId, ownerId, altText])))
  if (!described) throw refuse('media.not-found')
  return described.id
}
