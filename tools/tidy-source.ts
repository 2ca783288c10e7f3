/** One `import … from`, `export … from` or `import(…)`, types among them. */
export interface Import {
  specifier: string
  line: number
  typeOnly: boolean
}

export interface Source {
  imports: Import[]
  /** Every string and template of the file; what a template interpolates reads `…`. */
  texts: { text: string; line: number }[]
  environmentReads: number[]
  /** Nothing but imports and exports of what others declare: a barrel. */
  onlyReexports: boolean
  lineCount: number
}

/** Reads what the rules need from one TypeScript file. TypeScript 7 has no API to ask, and stripping types would lose type imports. */
export function readSource(code: string): Source {
  const tokens = readTokens(code)
  const statements = tokens.flatMap((_, at) => readStatement(tokens, at) ?? [])
  const covered = new Set(statements.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, step) => from + step)))
  return {
    imports: statements.flatMap((statement) => statement.imported ?? []),
    texts: tokens.filter(({ kind }) => kind === 'text'),
    environmentReads: tokens.filter((_, at) => isEnvironment(tokens, at)).map(({ line }) => line),
    onlyReexports: statements.some(({ exports }) => exports) && tokens.every(({ text }, at) => covered.has(at) || text === ';'),
    lineCount: code.split('\n').length - (code.endsWith('\n') ? 1 : 0),
  }
}

interface Token {
  kind: 'word' | 'text' | 'mark'
  text: string
  line: number
}

const SKIPPED = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#![^\n]*/y
const QUOTED = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y
const WORD = /[\p{ID_Continue}$#]+/uy
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y
const BEFORE_REGEX = /^(?:[^\w)\]}]|return|typeof|case|in|of|throw|else|await|yield|)$/

function readTokens(code: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  let line = 1
  readUntil('')
  return tokens

  function readUntil(end: string): void {
    let depth = 0
    while (at < code.length) {
      const startLine = line
      const last = tokens.at(-1)
      const regexMayCome = last === undefined || (last.kind !== 'text' && BEFORE_REGEX.test(last.text))
      if (take(SKIPPED) !== '') continue
      const quoted = take(QUOTED)
      if (quoted !== '') tokens.push({ kind: 'text', text: quoted.slice(1, -1), line: startLine })
      else if (code[at] === '`') tokens.push({ kind: 'text', text: takeTemplate(), line: startLine })
      else if (code[at] === '/' && regexMayCome && take(REGEX) !== '') tokens.push({ kind: 'mark', text: ')', line: startLine })
      else {
        const word = take(WORD)
        const text = word === '' ? String(code[at++]) : word
        if (text === end && depth === 0) return
        depth += text === '{' ? 1 : text === '}' ? -1 : 0
        tokens.push({ kind: word === '' ? 'mark' : 'word', text, line: startLine })
      }
    }
  }

  function take(pattern: RegExp): string {
    pattern.lastIndex = at
    const taken = pattern.exec(code)?.[0] ?? ''
    at += taken.length
    line += taken.split('\n').length - 1
    return taken
  }

  function takeTemplate(): string {
    let text = ''
    for (at++; at < code.length && code[at] !== '`'; ) {
      if (code.startsWith('${', at)) {
        at += 2
        readUntil('}')
        text += '…'
      } else text += take(/\\[\s\S]|[\s\S]/y)
    }
    at++
    return text
  }
}

interface Statement {
  from: number
  to: number
  exports: boolean
  imported?: Import
}

function readStatement(tokens: Token[], from: number): Statement | undefined {
  const start = tokens[from]
  if (start?.kind !== 'word' || tokens[from - 1]?.text === '.') return undefined
  if (start.text !== 'import' && start.text !== 'export') return undefined
  const exports = start.text === 'export'
  const typed = tokens[from + 1]?.text === 'type' && ['{', '*'].includes(tokens[from + 2]?.text ?? '')
  if (exports && !typed && !['{', '*'].includes(tokens[from + 1]?.text ?? '')) return undefined

  const found = (to: number): Statement => {
    const specifier = tokens[to]?.text ?? ''
    const typeOnly = tokens[from + 1]?.text === 'type' && tokens[from + 2]?.text !== 'from'
    return { from, to, exports, imported: { specifier, line: start.line, typeOnly } }
  }
  if (tokens[from + 1]?.kind === 'text') return found(from + 1)
  if (tokens[from + 1]?.text === '(') return tokens[from + 2]?.kind === 'text' ? found(from + 2) : undefined
  let to = from + 1
  for (let depth = 0; to < tokens.length; to++) {
    const token = tokens[to]
    if (token?.text === 'from' && depth === 0 && tokens[to + 1]?.kind === 'text') return found(to + 1)
    depth += token?.text === '{' ? 1 : token?.text === '}' ? -1 : 0
    const belongs = token?.kind !== 'mark' || ['{', '}', ',', '*'].includes(token.text)
    if (depth === 0 && token?.text === '}' && exports && tokens[to + 1]?.text !== 'from') return { from, to, exports }
    if (!belongs || token?.text === 'import' || token?.text === 'export') return undefined
  }
  return undefined
}

function isEnvironment(tokens: Token[], at: number): boolean {
  if (tokens[at]?.kind === 'text') return /^(node:)?process$/.test(tokens[at].text) && tokens[at - 1]?.text === 'from'
  const joined = (from: number, to: number) =>
    tokens
      .slice(Math.max(from, 0), to)
      .map(({ text }) => text)
      .join('')
  return tokens[at]?.text === 'process' && (/^\??\.?\[?env\b/.test(joined(at + 1, at + 4)) || joined(at - 3, at) === 'env}=')
}
