import type { Reader } from '../../platform/database/statement.ts'
import { type FoldedGroup, type FoldedTerm, readWords, type Word } from './read-words.ts'

/** A range of a text in code points: from `start`, up to but without `end`. */
export interface TextRange {
  start: number
  end: number
}

/** A piece of a post as it was written, and where in the piece the words stand that were looked for. */
export interface Highlight {
  text: string
  /** Where the piece begins in the content, in code points. */
  offset: number
  matches: TextRange[]
}

export const FRAGMENTS_MAX = 3
const FRAGMENT_LENGTH_MAX = 160
/** So much is shown of what stands before a match, at most. */
const LEAD_LENGTH_MAX = 40

/** Answers for each content the pieces in which what was wanted stands, as plain text: never more than was written, and nothing else. */
export async function findHighlights(reader: Reader, contents: readonly string[], groups: readonly FoldedGroup[]): Promise<Highlight[][]> {
  const terms = groups.flatMap(({ wanted }) => wanted)
  const cut = contents.map((content) => cutWords(content))
  const words = await readPossible(reader, cut.flat(), terms)
  return contents.map((content, index) => {
    const there = (cut[index] ?? []).flatMap(({ text, start, end }) =>
      (words.get(text) ?? [OTHER]).map((word) => ({ ...word, start, end })),
    )
    return cutFragments([...content], merge(terms.flatMap((term) => placesOf(term, there))))
  })
}

interface PlacedText extends TextRange {
  text: string
}

interface PlacedWord extends Word, TextRange {}

/** A word that was not asked for, whatever it is. */
const OTHER: Word = { word: '', stems: {} }

// As search_text cuts them: characters of scripts without spaces, and emoji, one by one.
const WORD =
  /[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2600-\u27bf\u2b00-\u2bff\u3005-\u3007\u3021-\u3029\u3031-\u9fff\ua000-\ua4cf\uac00-\ud7ff\uf900-\ufaff\u{1f000}-\u{3ffff}]|(?:(?![\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3031-\u9fff\ua000-\ua4cf\uac00-\ud7ff\uf900-\ufaff])[\p{L}\p{N}\p{M}])+/gu

function cutWords(content: string): PlacedText[] {
  let units = 0
  let points = 0
  return [...content.matchAll(WORD)].map(({ 0: text, index }) => {
    const start = points + lengthOf(content.slice(units, index))
    const end = start + lengthOf(text)
    units = index + text.length
    points = end
    return { text, start, end }
  })
}

/** Has those words folded and stemmed that may be among the wanted: a stem begins as its word does. */
async function readPossible(reader: Reader, placed: readonly PlacedText[], terms: readonly FoldedTerm[]): Promise<Map<string, Word[]>> {
  const beginnings = new Set(terms.flatMap(({ words }) => words.map(({ word }) => beginning(word))))
  const possible = [...new Set(placed.map(({ text }) => text))].filter((text) => beginnings.has(beginning(text)))
  const words = await readWords(reader, possible)
  return new Map(possible.map((text, index) => [text, words[index] ?? []]))
}

/** The first letter without case and accents, near enough to search_text to miss nothing. */
function beginning(text: string): string {
  const letter = text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').replace(/^ß/, 's').replace(/^æ/, 'a').replace(/^œ/, 'o')
  return (
    ({ ø: 'o', ł: 'l', đ: 'd', ð: 'd', ħ: 'h', ı: 'i', ς: 'σ', ى: 'ي' } as Record<string, string>)[letter.charAt(0)] ??
    String.fromCodePoint(letter.codePointAt(0) ?? 0)
  )
}

/** Where a term stands: its words one behind the other, or a word with one of its stems. */
function placesOf({ quoted, words }: FoldedTerm, there: readonly PlacedWord[]): TextRange[] {
  const [only] = words
  if (!only) return []
  if (words.length === 1) return there.filter((each) => each.word === only.word || (!quoted && sharesStem(each, only)))
  return there.flatMap((begin, index) => {
    const run = there.slice(index, index + words.length)
    const fits = run.length === words.length && run.every((each, place) => each.word === words[place]?.word)
    return fits ? [{ start: begin.start, end: run.at(-1)?.end ?? begin.end }] : []
  })
}

function sharesStem(one: Word, other: Word): boolean {
  return Object.entries(other.stems).some(([language, stem]) => stem !== null && one.stems[language] === stem)
}

/** In order, each place once. */
function merge(ranges: readonly TextRange[]): TextRange[] {
  const merged: TextRange[] = []
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1)
    if (last && start < last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}

function cutFragments(content: readonly string[], matches: readonly TextRange[]): Highlight[] {
  const fragments: Highlight[] = []
  let covered = 0
  for (const match of matches) {
    if (match.start < covered) continue
    if (fragments.length === FRAGMENTS_MAX) break
    const offset = beginOfWord(content, Math.max(covered, match.start - LEAD_LENGTH_MAX), match.start)
    covered = Math.min(content.length, Math.max(offset + FRAGMENT_LENGTH_MAX, match.start + 1))
    const inside = matches.filter(({ start, end }) => start >= offset && end <= covered)
    const ranges = inside.map(({ start, end }) => ({ start: start - offset, end: end - offset }))
    if (ranges.length > 0) fragments.push({ text: content.slice(offset, covered).join(''), offset, matches: ranges })
  }
  return fragments
}

/** The first place from `from` on, up to `to`, behind white space; `from` where there is none. */
function beginOfWord(content: readonly string[], from: number, to: number): number {
  if (from === 0) return 0
  for (let place = from; place < to; place += 1) if (/\s/.test(content[place - 1] ?? '')) return place
  return from
}

function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}
