import { refuseInput } from '../../refusals.ts'
import { acceptText, countCharacters } from './text-rules.ts'

/** Of a tag without its #, as written and as compared. */
const TAG_LENGTH_MAX = 100

/** A tag's form for comparing: NFKC, and without regard to case. Two tags are the same when these are. */
export function normaliseTag(tag: string): string {
  // Upper case first: it takes apart what has no one lower case (ß is SS), and lower case then makes one form of all.
  return tag.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/** Whether the words behind a # are a tag: a letter is among them, and they are not too long. */
export function isTag(words: string): boolean {
  return /\p{L}/u.test(words) && countCharacters(words) <= TAG_LENGTH_MAX && countCharacters(normaliseTag(words)) <= TAG_LENGTH_MAX
}

/** Answers the form for comparing of a tag that somebody asks for, with or without #. @throws BAD_USER_INPUT outside of 1..100 characters */
export function acceptTag(tag: string): string {
  const words = tag.replace(/^[#＃]/u, '')
  acceptText(words, { field: 'tag', min: 1, max: TAG_LENGTH_MAX })
  const normalised = normaliseTag(words)
  if (countCharacters(normalised) > TAG_LENGTH_MAX) throw refuseInput('tag', `tag must have 1 to ${TAG_LENGTH_MAX} characters.`)
  return normalised
}
