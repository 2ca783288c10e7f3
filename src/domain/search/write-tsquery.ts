import type { FoldedGroup, FoldedTerm, Word } from './read-words.ts'

/** Finds nothing: no word has this character. */
export const NOTHING = lexeme('!')

/** So many lexemes are asked for at most, beside the words themselves: what is looked for in all languages takes ten times as long. */
const STEMS_MAX = 12

/**
 * What PostgreSQL is asked for, or undefined where nothing is wanted: a query that would find whatever lacks a word finds nothing.
 *
 * Each word as it was written or by its stem in any language; and, in posts of a language in which a word is a stop word, without that one. So
 * "walking" finds "walks" in English posts, and "the dogs" finds "a dog". What stands in quotes is looked for as it was written.
 */
export function postQuery(groups: readonly FoldedGroup[]): string | undefined {
  const languages = likelyLanguages(groups)
  const alternatives = groups.filter(({ wanted }) => wanted.length > 0).map((group) => groupQuery(group, languages))
  return alternatives.length === 0 ? undefined : any(alternatives)
}

/** Those that the words may be of: first those in which most are stop words, and of many words not those of all languages. */
function likelyLanguages(groups: readonly FoldedGroup[]): string[] {
  const stems = groups
    .flatMap(({ wanted, unwanted }) => [...wanted, ...unwanted].map(stemsOf))
    .filter((each) => Object.keys(each).length > 0)
  const stopWords = new Map<string, number>(LANGUAGES.map((language) => [language, 0]))
  for (const [language, stem] of stems.flatMap((each) => Object.entries(each)))
    if (stem === null) stopWords.set(language, (stopWords.get(language) ?? 0) + 1)
  const likely = LANGUAGES.filter((language) => stems.some((each) => language in each))
  return likely
    .toSorted((one, other) => (stopWords.get(other) ?? 0) - (stopWords.get(one) ?? 0))
    .slice(0, Math.max(1, Math.floor(STEMS_MAX / Math.max(1, stems.length))))
}

/** As search_languages in migrations/0020-search.sql prefers them. */
const LANGUAGES = ['en', 'es', 'fr', 'de', 'pt', 'it', 'nl', 'sv', 'tr', 'ru', 'el', 'ar', 'hi']

function groupQuery({ wanted, unwanted }: FoldedGroup, languages: readonly string[]): string {
  const inAnyForm = (term: FoldedTerm) => any([literal(term), ...languages.flatMap((language) => stemLexeme(term, language))])
  const withoutStopWords = languages
    .map((language) => ({ language, rest: wanted.filter((term) => stemsOf(term)[language] !== null) }))
    .filter(({ rest }) => rest.length > 0 && rest.length < wanted.length)
    .map(({ language, rest }) => all(rest.map((term) => stemLexeme(term, language)[0] ?? literal(term))))
  return all([any([all(wanted.map(inAnyForm)), ...withoutStopWords]), ...unwanted.map((term) => `!${inAnyForm(term)}`)])
}

function stemsOf({ quoted, words }: FoldedTerm): Word['stems'] {
  return quoted || words.length !== 1 ? {} : (words[0]?.stems ?? {})
}

function stemLexeme(term: FoldedTerm, language: string): string[] {
  const stem = stemsOf(term)[language] ?? null
  return stem === null ? [] : [lexeme(`${language}/${stem}`)]
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
