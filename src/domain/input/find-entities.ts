import { LinkifyIt } from 'linkify-it'
import { isTag } from './tag-rules.ts'
import { countCharacters } from './text-rules.ts'

export type EntityKind = 'tag' | 'mention' | 'link'

/** Something in a text that leads elsewhere. */
export interface Entity {
  kind: EntityKind
  /** Where it begins, and where it has ended, in Unicode code points of the text: as lengths are counted everywhere. */
  start: number
  end: number
  /** The tag as written, without its #; the username as written, without its @; the link's URL. */
  value: string
}

/** So many of each kind are found in a text. What comes after is plain text. */
export const ENTITIES_MAX: Readonly<Record<EntityKind, number>> = { tag: 30, mention: 50, link: 50 }
const LINK_LENGTH_MAX = 2000

/**
 * Finds the tags, mentions and links of a text, in their order; no two overlap. The time grows with the text's length, whatever is in it.
 *
 * - A tag is # or ＃ and letters, marks, digits and _ of any script, among them a letter. No word, &, / or = goes before it.
 * - A mention is @ or ＠ and what may be a username; whether somebody bears it is not asked. No word goes before it, and none of the signs that an
 *   e-mail address may have there. What another @ follows is the address of somebody elsewhere, and no mention.
 * - A link begins with http:// or https://, and ends before punctuation that closes a sentence and before a bracket that it did not open.
 */
export function findEntities(text: string): Entity[] {
  const found = [...findLinks(text), ...findTags(text), ...findMentions(text)].sort((one, other) => one.start - other.start)
  const left = { ...ENTITIES_MAX }
  const entities = outsideOfLinks(found).filter(({ kind, value }) => (kind !== 'link' || mayBeFollowed(value)) && left[kind]-- > 0)
  return countInCodePoints(text, entities)
}

const linkify = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, urlAuth: true, maxLength: LINK_LENGTH_MAX })
for (const scheme of ['ftp:', 'mailto:', '//']) linkify.add(scheme, null)

// Offsets are JavaScript's until the end.
function findLinks(text: string): Entity[] {
  if (!text.includes('://')) return []
  return (linkify.match(text) ?? []).map(({ index, lastIndex, raw }) => ({ kind: 'link', start: index, end: lastIndex, value: raw }))
}

/** As acceptUrl judges: what has a user or a password in it leads elsewhere than it seems to. */
function mayBeFollowed(link: string): boolean {
  if (countCharacters(link) > LINK_LENGTH_MAX) return false
  const url = URL.parse(link)
  return url !== null && url.username === '' && url.password === ''
}

// A variation selector ends an emoji, and is no part of a word. What joins words of some scripts stands between their letters alone.
const TAG =
  /(?<![\p{L}\p{Nd}_\&\/=]|[\p{M}--[\uFE0E\uFE0F]])[#＃]([\p{L}\p{Nd}_](?:[\p{L}\p{M}\p{Nd}_]|[\u00B7\u200C\u200D\u30FB](?=[\p{L}\p{Nd}_]))*)/gv

function findTags(text: string): Entity[] {
  const found = [...text.matchAll(TAG)].filter(([, words = '']) => isTag(words))
  return found.map(({ index, 0: { length }, 1: value = '' }) => ({ kind: 'tag', start: index, end: index + length, value }))
}

const MENTION = /(?<![\p{L}\p{Nd}_!#$%\&*+=@＠\/]|[\p{M}--[\uFE0E\uFE0F]])[@＠]([A-Za-z0-9_.]+)/gv
// Then it is a word of other letters, or an address elsewhere.
const GOES_ON = /^(?:[@＠\p{Script=Latin}]|:\/\/)/u
const USERNAME_LENGTH = { min: 3, max: 30 }

function findMentions(text: string): Entity[] {
  return [...text.matchAll(MENTION)].flatMap(({ index, 0: { length }, 1: run = '' }) => {
    const value = withoutDotsAtEnd(run)
    const fits = !value.startsWith('.') && value.length >= USERNAME_LENGTH.min && value.length <= USERNAME_LENGTH.max
    const after = text.slice(index + length, index + length + 3)
    return fits && !GOES_ON.test(after) ? [{ kind: 'mention' as const, start: index, end: index + 1 + value.length, value }] : []
  })
}

/** Dots that end a sentence. */
function withoutDotsAtEnd(run: string): string {
  let end = run.length
  while (run[end - 1] === '.') end -= 1
  return run.slice(0, end)
}

function outsideOfLinks(found: readonly Entity[]): Entity[] {
  const kept: Entity[] = []
  let linkEnd = 0
  for (const entity of found) {
    if (entity.start < linkEnd) continue
    if (entity.kind === 'link') linkEnd = entity.end
    if (entity.kind === 'link' && (kept.at(-1)?.end ?? 0) > entity.start) kept.pop()
    kept.push(entity)
  }
  return kept
}

function countInCodePoints(text: string, entities: readonly Entity[]): Entity[] {
  let [units, points] = [0, 0]
  const pointsAt = (offset: number) => {
    points += countCharacters(text.slice(units, offset))
    units = offset
    return points
  }
  return entities.map((entity) => ({ ...entity, start: pointsAt(entity.start), end: pointsAt(entity.end) }))
}
