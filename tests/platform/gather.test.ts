import { expect, it } from 'vitest'
import { gather } from '../../src/platform/gather.ts'

/** Questions that are answered when the test says so. */
function stage(gatheredMax = 100) {
  const asked: number[][] = []
  const answers: PromiseWithResolvers<string[]>[] = []
  const ask = gather<number, string>((numbers) => {
    asked.push(numbers)
    const answer = Promise.withResolvers<string[]>()
    answers.push(answer)
    return answer.promise
  }, gatheredMax)
  const answer = (which: number) => answers[which]!.resolve(asked[which]!.map((number) => `${number}!`))
  return { asked, answers, ask, answer }
}

const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))

it('asks once for all who ask in one turn, and answers each their own', async () => {
  const { asked, ask, answer } = stage()
  const three = Promise.all([ask(1), ask(2), ask(3)])
  await turn()
  expect(asked).toEqual([[1, 2, 3]])
  answer(0)
  expect(await three).toEqual(['1!', '2!', '3!'])
})

it('gathers who comes while one is under way, and asks for them when it comes back: none is answered by what was asked before', async () => {
  const { asked, ask, answer } = stage()
  const first = ask(1)
  await turn()
  const late = Promise.all([ask(1), ask(2)])
  await turn()
  expect(asked).toEqual([[1]])
  answer(0)
  expect(await first).toBe('1!')
  await turn()
  expect(asked).toEqual([[1], [1, 2]])
  answer(1)
  expect(await late).toEqual(['1!', '2!'])
})

it('does not wait long for one that does not come back, nor for more than go together', async () => {
  const { asked, ask, answer } = stage(3)
  ask(1)
  await turn()
  const stuck = ask(2)
  await expect.poll(() => asked, { interval: 1 }).toEqual([[1], [2]])
  answer(1)
  expect(await stuck).toBe('2!')
  const full = Promise.all([ask(3), ask(4), ask(5)])
  expect(asked.at(-1), 'at once').toEqual([3, 4, 5])
  answer(2)
  await full
})

it('tells a failure to whom it concerns, and goes on', async () => {
  const { asked, answers, ask, answer } = stage()
  const failing = ask(1)
  await turn()
  const next = ask(2)
  answers[0]!.reject(new Error('away'))
  await expect(failing).rejects.toThrow('away')
  await turn()
  expect(asked).toEqual([[1], [2]])
  answer(1)
  expect(await next).toBe('2!')
})
