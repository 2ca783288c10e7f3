import { parseId } from '../../platform/ids.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { acceptText } from '../input/text-rules.ts'

export const MEDIA_A_POST_MAX = 4
export const ALT_TEXT_LENGTH_MAX = 1500

/** What stands in a picture, for whoever does not see it: 1..1500 characters. */
export function acceptAltText(altText: string): string {
  return acceptText(altText, { field: 'altText', min: 1, max: ALT_TEXT_LENGTH_MAX, lines: true })
}

/** The ids of media for one post, in its order. @throws BAD_USER_INPUT for more than four and for one named twice, NOT_FOUND for what is no id */
export function acceptMediaIds(ids: readonly string[]): number[] {
  if (ids.length > MEDIA_A_POST_MAX) throw refuseInput('mediaIds', `A post has at most ${MEDIA_A_POST_MAX} media.`)
  if (new Set(ids).size < ids.length) throw refuseInput('mediaIds', 'A medium stands in a post once.')
  return ids.map((id) => {
    const mediumId = parseId(id)
    if (mediumId === undefined) throw refuse('media.not-found', { field: 'mediaIds' })
    return mediumId
  })
}
