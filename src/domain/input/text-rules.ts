import { refuseInput } from '../../refusals.ts'

export interface TextBounds {
  /** The argument's name, for the refusal. */
  field: string
  /** In Unicode code points. */
  min: number
  max: number
  /** Whether \n, \r and \t may stand in it. */
  lines?: boolean
}

/**
 * Answers the text as it came: nothing is trimmed or normalised.
 * @throws BAD_USER_INPUT outside of the bounds, and for control characters, lone surrogates, and white space alone where it must not be empty.
 */
export function acceptText(text: string, bounds: TextBounds): string {
  const { field, min, max, lines = false } = bounds
  if (!text.isWellFormed()) throw refuseInput(field, `${field} is not well-formed Unicode.`)
  if (hasControlCharacters(lines ? text.replace(/[\n\r\t]/g, '') : text)) throw refuseInput(field, `${field} contains control characters.`)
  const length = countCharacters(text)
  if (length < min || length > max) throw refuseInput(field, `${field} must have ${min} to ${max} characters.`)
  if (min > 0 && text.trim() === '') throw refuseInput(field, `${field} must not be white space alone.`)
  return text
}

/** The length of a text as people and PostgreSQL count it: in code points. */
export function countCharacters(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}

function hasControlCharacters(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

const URL_LENGTH_MAX = 2000

/** Answers the URL as it came. @throws BAD_USER_INPUT unless it is http or https, at most 2000 long, and without user and password. */
export function acceptUrl(text: string, field: string): string {
  const url = countCharacters(text) <= URL_LENGTH_MAX && text.isWellFormed() && !/[\s\p{Cc}]/u.test(text) ? URL.parse(text) : null
  const fits =
    url && /^https?:$/.test(url.protocol) && /^https?:\/\//i.test(text) && url.username === '' && url.password === '' && url.hostname !== ''
  if (!fits)
    throw refuseInput(field, `${field} must be an http or https URL of at most ${URL_LENGTH_MAX} characters, without user and password.`)
  return text
}
