import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channelOf } from '../../src/platform/broadcast/channel.ts'
import { hearInProcess } from '../../src/platform/broadcast/hear-in-process.ts'
import { hearOverRedis } from '../../src/platform/broadcast/hear-over-redis.ts'
import type { Hearing, ToldFact } from '../../src/platform/broadcast/hearing.ts'
import { openRedis, type Redis } from '../../src/platform/cache/open-redis.ts'
import { settled } from '../outbox/settled.ts'

const REDIS_URL = process.env.REDIS_URL

function listenTo(hearing: Hearing): { told: string[]; stop: () => void } {
  const told: string[] = []
  const stop = hearing.listen({
    heard: (name, payload) => {
      if (payload === 'unreadable') throw new Error('no payload of ours')
      told.push(name)
    },
    missed: () => told.push('(missed)'),
    lost: () => told.push('(lost)'),
  })
  return { told, stop }
}

const facts = (...names: string[]): ToldFact[] => names.map((name) => ({ name, payload: {} }))

describe('within a process', () => {
  it('tells each listener everything, in order, until it stops', () => {
    const hearing = hearInProcess()
    const [one, other] = [listenTo(hearing), listenTo(hearing)]
    hearing.tell(facts('a', 'b'))
    other.stop()
    hearing.tell(facts('c'))
    expect([one.told, other.told]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b'],
    ])
    expect([hearing.hears(), hearing.stands(), hearing.hasListeners()]).toEqual([true, true, true])
  })

  it('counts what a listener cannot read as lost', () => {
    const hearing = hearInProcess()
    const { told } = listenTo(hearing)
    hearing.tell([...facts('a'), { name: 'b', payload: 'unreadable' }])
    expect(told).toEqual(['a', '(missed)', '(lost)'])
  })
})

describe.runIf(REDIS_URL)('over Redis', () => {
  const prefix = `hearing-${randomUUID()}:`
  let redis: Redis
  let hearing: Hearing
  beforeAll(async () => {
    redis = await openRedis({ url: REDIS_URL ?? '', answerMs: 2000 }, pino({ level: 'silent' }))
    hearing = await hearOverRedis(redis, prefix)
    await settled(
      async () => {
        await send(0, [])
        return hearing.hears()
      },
      (hears) => hears,
    )
  })
  afterAll(async () => {
    await hearing.close()
    await redis.close()
  })

  const send = (after: number, told: ToldFact[], lagMs = 0) =>
    redis.publish(channelOf(prefix), JSON.stringify({ after, last: after + told.length, facts: told, lagMs }))

  const heard = (told: string[], ...names: string[]) =>
    settled(
      async () => told,
      () => told.length >= names.length,
    ).then(() => expect(told).toEqual(names))

  it('tells each listener everything by one subscription', async () => {
    const [one, other] = [listenTo(hearing), listenTo(hearing)]
    await send(0, facts('a', 'b'))
    await heard(one.told, 'a', 'b')
    await heard(other.told, 'a', 'b')
    expect(hearing.last()).toBe(2)
    one.stop()
    other.stop()
  })

  it('says that something was lost when a number is missing, before what came after it', async () => {
    const { told, stop } = listenTo(hearing)
    await send(9, facts('k'))
    await heard(told, '(missed)', '(lost)', 'k')
    stop()
  })

  it('does not take for lost what was never committed, and takes numbers that go back for what they are', async () => {
    const { told, stop } = listenTo(hearing)
    await redis.publish(channelOf(prefix), JSON.stringify({ after: 10, last: 12, facts: facts('again'), lagMs: 0 }))
    await heard(told, 'again')
    await redis.publish(channelOf(prefix), JSON.stringify({ after: 8, last: 10, facts: facts('restored'), lagMs: 0 }))
    await heard(told, 'again', '(missed)', '(lost)', 'restored')
    stop()
  })

  it('says of what is late that it was missed, and not that it is lost', async () => {
    const { told, stop } = listenTo(hearing)
    await send(10, facts('l'), 3000)
    await heard(told, 'l', '(missed)')
    expect([hearing.stands(), hearing.hears()]).toEqual([false, true])
    await send(11, facts('m'))
    await heard(told, 'l', '(missed)', 'm')
    expect(hearing.stands()).toBe(true)
    stop()
  })

  it('loses what a listener, or nobody, can read', async () => {
    const { told, stop } = listenTo(hearing)
    await redis.publish(channelOf(prefix), 'no message of ours')
    await heard(told, '(missed)', '(lost)')
    expect(hearing.hears()).toBe(false)
    await send(12, [{ name: 'n', payload: 'unreadable' }])
    await heard(told, '(missed)', '(lost)', '(missed)', '(lost)')
    stop()
  })
})
