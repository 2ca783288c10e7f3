import { expect, it } from 'vitest'
import { trackRows } from '../../src/platform/cache/tracked-rows.ts'

interface Row {
  id: number
  text: string
}

/** A table of one column, whose readers can be held between their look and their answer. */
function stage() {
  const table = new Map([
    [1, 'one'],
    [2, 'two'],
  ])
  let looks = 0
  let hold: Promise<void> | undefined
  let heard = true
  const rows = trackRows<Row>({
    load: async (ids) => {
      looks += 1
      const found = ids.flatMap((id) => (table.has(id) ? { id, text: table.get(id)! } : []))
      await hold
      return found
    },
    idOf: ({ id }) => id,
    stands: () => heard,
    rowsMax: 100,
  })
  const texts = async (...ids: number[]) => [...(await rows.read(ids)).values()].map(({ text }) => text)
  return {
    table,
    rows,
    texts,
    looks: () => looks,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      hold = promise
      return () => {
        hold = undefined
        resolve()
      }
    },
    hear: (does: boolean) => {
      heard = does
    },
  }
}

it('keeps what it has read, and that something is not there', async () => {
  const { texts, looks, table, rows } = stage()
  expect(await texts(1, 3)).toEqual(['one'])
  expect(await texts(1, 3)).toEqual(['one'])
  expect(looks()).toBe(1)
  table.set(3, 'three')
  rows.drop(3)
  expect(await texts(1, 3)).toEqual(['one', 'three'])
  expect(looks()).toBe(2)
})

it('loads once for all who ask at once', async () => {
  const { texts, looks } = stage()
  expect(await Promise.all(Array.from({ length: 50 }, () => texts(1, 2)))).toEqual(Array(50).fill(['one', 'two']))
  expect(looks()).toBe(1)
})

it('does not keep what changed between the look and the answer, nor gives it to who asks after the change', async () => {
  for (const change of ['drop', 'dropAll'] as const) {
    const { texts, looks, table, rows, hold } = stage()
    const release = hold()
    const early = texts(1)
    table.set(1, 'new')
    rows[change](1)
    const late = texts(1)
    release()
    expect(await early, 'as it was when they asked').toEqual(['one'])
    expect(await late).toEqual(['new'])
    expect(await texts(1)).toEqual(['new'])
    expect(looks()).toBe(2)
  }
})

it('keeps nothing that was looked at while changes were not heard of, and uses nothing kept', async () => {
  const { texts, looks, table, hold, hear } = stage()
  await texts(1)
  hear(false)
  table.set(1, 'new')
  expect(await texts(1)).toEqual(['new'])
  const release = hold()
  const early = texts(2)
  hear(true)
  table.set(2, 'new too')
  release()
  await early
  expect(await texts(2)).toEqual(['new too'])
  expect(looks()).toBe(4)
})
