import type { FoldedGroup, FoldedTerm, Word } from './read-words.ts'

/** Finds nothing: no word has this character. */
export const NOTHING = lexeme('!')

/**
 * What PostgreSQL is asked for, or undefined where nothing is wanted: a query that would find whatever lacks a word finds nothing.
 *
 * The words as they were written, or, by the language of a post, their stems. So "walking" finds "walks" in English posts, and a stop word
 * need not be there in posts of the language in which it is one. What stands in quotes is looked for as it was written.
 */
export function postQuery(groups: readonly FoldedGroup[]): string | undefined {
  const alternatives = groups.filter(({ wanted }) => wanted.length > 0).map(groupQuery)
  return alternatives.length === 0 ? undefined : any(alternatives)
}

function groupQuery({ wanted, unwanted }: FoldedGroup): string {
  const languages = new Set(wanted.flatMap((term) => Object.keys(stemsOf(term))))
  const branches = [...languages].flatMap((language) => {
    const parts = wanted.flatMap((term) => inLanguage(term, language))
    return parts.length === 0 ? [] : [all(parts)]
  })
  const asWritten = all(wanted.map(literal))
  const without = unwanted.map((term) => `!${any([literal(term), ...stemLexemes(term)])}`)
  return all([any([asWritten, ...branches]), ...without])
}

/** A term as posts of the language have it; nothing where it is a stop word there. */
function inLanguage(term: FoldedTerm, language: string): string[] {
  const stem = stemsOf(term)[language]
  if (stem === undefined) return [literal(term)]
  return stem === null ? [] : [lexeme(`${language}/${stem}`)]
}

function stemsOf({ quoted, words }: FoldedTerm): Word['stems'] {
  return quoted || words.length !== 1 ? {} : (words[0]?.stems ?? {})
}

function stemLexemes(term: FoldedTerm): string[] {
  return Object.entries(stemsOf(term)).flatMap(([language, stem]) => (stem === null ? [] : [lexeme(`${language}/${stem}`)]))
}

/** The words of a term, one behind the other. */
function literal({ words }: FoldedTerm): string {
  return `(${words.map(({ word }) => lexeme(word)).join(' <-> ')})`
}

export interface PeopleQueries {
  /** Each word begins a word of somebody's names. */
  names: string
  /** As `names`, or differs from it by a letter. */
  likeNames: string
}

/** Shorter ones are looked for as they are, but for the beginning of a username. */
const PREFIX_LENGTH_MIN = 2
const MISSPELT_LENGTH = { min: 4, max: 30 }

/** What names are asked for; the words of phrases and alternatives count alike. Undefined where nothing is wanted. */
export function peopleQueries(groups: readonly FoldedGroup[]): PeopleQueries | undefined {
  const words = groups.flatMap(({ wanted }) => wanted.flatMap((term) => term.words.map(({ word }) => word)))
  if (words.length === 0) return undefined
  return { names: all(words.map(name)), likeNames: all(words.map((word) => any([name(word), ...misspellings(word)]))) }
}

function name(word: string): string {
  return word.length >= PREFIX_LENGTH_MIN ? `${lexeme(`n/${word}`)}:*` : lexeme(`n/${word}`)
}

/** As search_misspellings in migrations/0020-search.sql. */
function misspellings(word: string): string[] {
  const letters = [...word]
  if (letters.length < MISSPELT_LENGTH.min || letters.length > MISSPELT_LENGTH.max || /[0-9]/.test(word)) return []
  return [word, ...letters.map((_, index) => letters.toSpliced(index, 1).join(''))].map((each) => lexeme(`d/${each}`))
}

function all(parts: readonly string[]): string {
  return `(${parts.join(' & ')})`
}

function any(parts: readonly string[]): string {
  return `(${parts.join(' | ')})`
}

function lexeme(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => character + character)}'`
}
