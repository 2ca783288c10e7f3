import { describe, expect, it } from 'vitest'
import { readSource } from '../../tools/tidy-source.ts'

describe('readSource', () => {
  const specifiers = (code: string) => readSource(code).imports.map(({ specifier, line }) => `${line} ${specifier}`)

  it('reads every form of import', () => {
    const code = [
      '#!/usr/bin/env node',
      "import 'a'",
      'import b, { type B as C } from "b"',
      "import * as c from 'c'",
      "import type D from 'd'",
      "export * as e from 'e'",
      "export type { F } from 'f'",
      "type G = import('g').G",
      "const h = import(/* lazily */ 'h')",
      'import {',
      '  i,',
      "} from 'i'",
    ].join('\n')
    expect(specifiers(code)).toEqual(['2 a', '3 b', '4 c', '5 d', '6 e', '7 f', '8 g', '9 h', '10 i'])
  })

  it('is not misled by comments, strings, templates and regular expressions', () => {
    const code = [
      "// import 'a'",
      "/* import 'b' */",
      `const c = "import 'c'"`,
      'const d = `$' + "{`import 'd'`} import 'e'`",
      'const f = /[\'"`/]/.test(x / y / z)',
      'const g = (1 + 2) / 3',
      'export { f }',
      'export const from = 1',
      "x.import('h')",
      "import 'i'",
    ].join('\n')
    expect(specifiers(code)).toEqual(['10 i'])
  })

  it.each(['process.env.A', 'process?.env', "process['env']", 'const { env } = process', "import { env } from 'node:process'"])(
    'sees %s',
    (code) => {
      expect(readSource(code).environmentReads).toEqual([1])
    },
  )

  it('does not take other uses of process for the environment', () => {
    expect(readSource('process.exitCode = 1\nconst env = process.argv').environmentReads).toEqual([])
  })
})
