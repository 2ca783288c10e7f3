import { acceptText } from '../input/text-rules.ts'

/** A word of a query, or several in quotes. */
export interface Term {
  text: string
  quoted: boolean
}

/** What must stand in a post together, and what must not. Any of a query's groups will do. */
export interface TermGroup {
  wanted: Term[]
  unwanted: Term[]
}

const QUERY_LENGTH_MAX = 200
/** What stands behind so many words is not looked for. */
const TERMS_MAX = 8

/** @throws BAD_USER_INPUT outside of 1..200 characters, and for white space alone */
export function acceptQuery(query: string): string {
  return acceptText(query, { field: 'query', min: 1, max: QUERY_LENGTH_MAX, lines: true })
}

/** Reads a query as people write it: `words`, `"in this order"`, `-without`, `one or other`. Whatever is written, it is a query. */
export function parseQuery(query: string): TermGroup[] {
  const groups: TermGroup[] = [{ wanted: [], unwanted: [] }]
  let terms = 0
  for (const [, minus, inQuotes, word = ''] of query.replace(/[“”„«»]/g, '"').matchAll(TERM)) {
    if (terms === TERMS_MAX) break
    if (!minus && /^or$/i.test(word)) {
      groups.push({ wanted: [], unwanted: [] })
      continue
    }
    const term = { text: inQuotes ?? word, quoted: inQuotes !== undefined }
    groups.at(-1)?.[minus ? 'unwanted' : 'wanted'].push(term)
    terms += 1
  }
  return groups
}

const TERM = /(?<![^\s"])(-)?(?:"([^"]*)(?:"|$)|([^\s"]+))/gu
