import { refuseInput } from '../../refusals.ts'
import { acceptText, acceptUrl } from '../input/text-rules.ts'

export const CONTENT_LENGTH_MAX = 5000
const KEY_LENGTH_MAX = 100

/** 1..5000 characters, or empty where there is media. */
export function acceptContent(content: string, hasMedia: boolean): string {
  const accepted = acceptText(content, { field: 'content', min: hasMedia ? 0 : 1, max: CONTENT_LENGTH_MAX, lines: true })
  return accepted
}

export function acceptMediaUrl(url: string): string {
  return acceptUrl(url, 'mediaUrl')
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
