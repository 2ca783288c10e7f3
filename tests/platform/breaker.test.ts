import { expect, it } from 'vitest'
import { makeBreaker } from '../../src/platform/cache/breaker.ts'
import { makeGate } from '../../src/platform/gate.ts'
import { Unavailable } from '../../src/platform/unavailable.ts'

const never = () => new Promise<string>(() => {})

it('asks no more after five answers that did not come, and tries a single time a second until one comes', async () => {
  const ask = makeBreaker({ answerMs: 5 })
  let asked = 0
  const slow = () => {
    asked += 1
    return never()
  }
  for (let miss = 0; miss < 20; miss += 1) await expect(ask(slow)).rejects.toThrow(Unavailable)
  expect(asked).toBe(5)
  let answer = ''
  while (answer === '') answer = await ask(async () => 'there').catch(() => '')
  expect(await Promise.all([1, 2, 3].map(() => ask(async () => 'there')))).toEqual(['there', 'there', 'there'])
})

it('counts a refusal as an answer', async () => {
  const ask = makeBreaker({ answerMs: 1000 })
  for (let time = 0; time < 20; time += 1) await expect(ask(async () => Promise.reject(new Error('OOM')))).rejects.toThrow('OOM')
  expect(await ask(async () => 'there')).toBe('there')
})

it('lets so many in at once, lets some wait in order, and sends the others away', async () => {
  const gate = makeGate({ atOnceMax: 2, waitingMax: 3, reason: 'too many' })
  let [inside, most] = [0, 0]
  const done: number[] = []
  const visit = (visitor: number) =>
    gate(async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside -= 1
      done.push(visitor)
    })
  const visits = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map(visit))
  expect(visits.map(({ status }) => status)).toEqual([...Array(5).fill('fulfilled'), 'rejected', 'rejected'])
  expect(most).toBe(2)
  expect(done).toEqual([1, 2, 3, 4, 5])
  await expect(gate(async () => Promise.reject(new Error('inside')))).rejects.toThrow('inside')
  await Promise.all([8, 9].map(visit))
  expect(done.slice(5)).toEqual([8, 9])
})
