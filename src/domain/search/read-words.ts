import { type Reader, statement } from '../../platform/database/statement.ts'
import type { Term, TermGroup } from './parse-query.ts'

/** A word as the index has it: folded, and its stem in each language that it may be of, null where it is a stop word there. */
export interface Word {
  word: string
  stems: Readonly<Record<string, string | null>>
}

/** A term with the words that stand in it: none where it is punctuation alone, several where it is a phrase. */
export interface FoldedTerm {
  quoted: boolean
  words: readonly Word[]
}

export interface FoldedGroup {
  wanted: readonly FoldedTerm[]
  unwanted: readonly FoldedTerm[]
}

const wordsOfTexts = statement<Word & { place: number }>(
  'search.words-of-texts',
  `select t.place::int as place, w.word, search_stems(w.word) as stems
   from unnest($1::text[]) with ordinality as t (text, place)
   cross join lateral unnest(string_to_array(search_text(t.text), ' ')) with ordinality as w (word, place)
   order by t.place, w.place`,
)

/** The words of each text, in order, folded and stemmed as those of the posts were. */
export async function readWords(reader: Reader, texts: readonly string[]): Promise<Word[][]> {
  if (texts.length === 0) return []
  const byPlace = Map.groupBy(await reader.rows(wordsOfTexts, [texts]), ({ place }) => place)
  return texts.map((_, index) => byPlace.get(index + 1) ?? [])
}

/** The groups of a query, with the words of each term. Terms without words are left out. */
export async function readGroups(reader: Reader, groups: readonly TermGroup[]): Promise<FoldedGroup[]> {
  const terms = groups.flatMap(({ wanted, unwanted }) => [...wanted, ...unwanted])
  const words = await readWords(
    reader,
    terms.map(({ text }) => text),
  )
  const wordsOf = new Map(terms.map((term, index) => [term, words[index] ?? []]))
  const fold = (those: readonly Term[]) =>
    those.map((term) => ({ quoted: term.quoted, words: wordsOf.get(term) ?? [] })).filter((term) => term.words.length > 0)
  return groups.map(({ wanted, unwanted }) => ({ wanted: fold(wanted), unwanted: fold(unwanted) }))
}
