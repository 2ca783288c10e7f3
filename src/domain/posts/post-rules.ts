import { refuseInput } from '../../refusals.ts'
import { acceptText, acceptUrl } from '../input/text-rules.ts'

export const CONTENT_LENGTH_MAX = 5000
const KEY_LENGTH_MAX = 100
const CONTENT_WARNING_LENGTH_MAX = 500
const LANGUAGE_LENGTH_MAX = 35

/** 1..5000 characters, or empty where there is media. */
export function acceptContent(content: string, hasMedia: boolean): string {
  const accepted = acceptText(content, { field: 'content', min: hasMedia ? 0 : 1, max: CONTENT_LENGTH_MAX, lines: true })
  return accepted
}

export function acceptMediaUrl(url: string): string {
  return acceptUrl(url, 'mediaUrl')
}

/** At most 500 characters; one that is empty is none. */
export function acceptContentWarning(warning: string | null | undefined): string | null {
  const none = warning === undefined || warning === null || warning === ''
  return none ? null : acceptText(warning, { field: 'contentWarning', min: 1, max: CONTENT_WARNING_LENGTH_MAX })
}

/** A language as BCP 47 writes it, like en or pt-BR; one that is empty is none. */
export function acceptLanguage(language: string | null | undefined): string | null {
  if (language === undefined || language === null || language === '') return null
  if (language.length > LANGUAGE_LENGTH_MAX || !isLanguage(language))
    throw refuseInput('language', `language must be a BCP 47 tag like en or pt-BR, of at most ${LANGUAGE_LENGTH_MAX} characters.`)
  return language
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** The client's key of a post: 1..100 characters. */
export function acceptKey(key: string): string {
  return acceptText(key, { field: 'key', min: 1, max: KEY_LENGTH_MAX })
}

export type Visibility = 'PUBLIC' | 'FOLLOWERS'

/** @throws BAD_USER_INPUT when nothing would be left to read */
export function requireSomethingSaid(content: string, mediaUrl: string | null): void {
  if (mediaUrl === null && content.trim() === '') throw refuseInput('content', 'content must not be empty where there is no media.')
}
