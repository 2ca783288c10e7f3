import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { listRefusals } from '../src/refusals.ts'
import { describeRefusals } from '../tools/write-refusals.ts'

it('gives every refusal a code that the contract promises, and every code of the contract a refusal', async () => {
  const contract = await readFile(new URL('contract.graphql', import.meta.url), 'utf8')
  const head = contract.slice(contract.indexOf('# REFUSALS'), contract.indexOf('# Where several apply'))
  const promised = new Set(head.match(/\b[A-Z]{2,}(?:_[A-Z]+)+\b|\b(?:UNAUTHENTICATED|FORBIDDEN|CONFLICT|UNAVAILABLE|INTERNAL)\b/g))
  promised.delete('INTERNAL') // a fault, not a refusal
  expect([...new Set(listRefusals().map((refusal) => refusal.code))].sort()).toEqual([...promised].sort())
})

it('says in each refusal a sentence that tells nothing of the inside', () => {
  for (const { sentence } of listRefusals()) expect(sentence).toMatch(/^[A-Z][^{}$]*\.$/)
})

it('keeps docs/refusals.md as the code is', async () => {
  expect(await readFile(new URL('../docs/refusals.md', import.meta.url), 'utf8')).toBe(describeRefusals())
})
