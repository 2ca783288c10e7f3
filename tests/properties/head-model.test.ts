import { expect, it } from 'vitest'
import { ALL, type Mechanisms, type Sizes, searchAll } from './head-model.ts'

const MANY_POSTS: Sizes = { posts: 2, builders: 1, toggles: 1, builds: 2 }
const MANY_BUILDERS: Sizes = { posts: 1, builders: 2, toggles: 2, builds: 2 }

it.each([
  ['two posts', MANY_POSTS],
  ['two builders', MANY_BUILDERS],
])('serves every reader what was committed before they looked, whatever the order: %s', { timeout: 120_000 }, (_, sizes) => {
  const { states, wrong } = searchAll(ALL, sizes)
  expect(wrong).toBeUndefined()
  expect(states).toBeGreaterThan(50_000)
})

it.each(Object.keys(ALL) as (keyof Mechanisms)[])('serves somebody wrongly without %s', (mechanism) => {
  const without = { ...ALL, [mechanism]: false }
  expect(searchAll(without, MANY_BUILDERS).wrong ?? searchAll(without, MANY_POSTS).wrong).toContain('a reader lacks')
})
