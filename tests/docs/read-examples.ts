import { readFileSync } from 'node:fs'

/** A block of a page that is run, with the answer that is printed below it, if one is. */
export interface Example {
  line: number
  language: 'graphql' | 'sh' | 'sql' | 'http'
  /** What follows the language in the first line of the block: `as=alice`. */
  settings: Record<string, string>
  text: string
  answer: { language: string; text: string } | undefined
}

const RUN = new Set(['graphql', 'sh', 'sql', 'http'])

/** The examples of a page in their order. A block whose first line says `norun` is a picture of something and is not one. */
export function readExamples(path: string): Example[] {
  const blocks = readBlocks(readFileSync(path, 'utf8'))
  return blocks.flatMap(({ line, info, text }, at) => {
    const [language = '', ...words] = info.split(/\s+/)
    if (!RUN.has(language) || words.includes('norun')) return []
    const next = blocks[at + 1]
    const answer = next?.info.split(/\s+/).includes('answer') ? { language: next.info.split(/\s+/)[0] ?? '', text: next.text } : undefined
    const settings = Object.fromEntries(words.map((word) => word.split('=') as [string, string]))
    return [{ line, language: language as Example['language'], settings, text, answer }]
  })
}

function readBlocks(page: string): { line: number; info: string; text: string }[] {
  const blocks: { line: number; info: string; text: string }[] = []
  let open: { line: number; info: string; lines: string[] } | undefined
  for (const [at, line] of page.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line)
    if (fence && !open) open = { line: at + 1, info: fence[1]?.trim() ?? '', lines: [] }
    else if (fence && open) {
      blocks.push({ line: open.line, info: open.info, text: open.lines.join('\n') })
      open = undefined
    } else open?.lines.push(line)
  }
  return blocks
}
