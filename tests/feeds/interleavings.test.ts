import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { block, deletePost, mute, readFeed, readHome, unblock, unfollow, unmute } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { type Held, holdFirst } from './hold.ts'
import { statementsDuring } from './statements.ts'

// What happens at the same time, in the order that would be wrong, on two processes of one world: `here` delivers, both serve.
let here: Nexus, there: Nexus
let alice: Person, bob: Person
const held: Held[] = []

beforeAll(async () => {
  here = await startNexus()
  there = await startNexus({ roles: ['api'], databaseUrl: here.databaseUrl })
  ;({ alice, bob } = await cast(here, 'alice', 'bob'))
})
beforeEach(async () => {
  for (const table of ['posts', 'follows', 'mutes', 'blocks']) await here.sql(`delete from ${table}`)
  await here.settle()
  await follow(here, alice, bob)
  await post(here, bob, 'one')
  await here.settle()
})
afterEach(() => {
  for (const each of held.splice(0)) each.release()
})
afterAll(async () => {
  await there.close()
  await here.close()
})

function hold(...[name, whom]: Parameters<typeof holdFirst>): Held {
  const one = holdFirst(name, whom)
  held.push(one)
  return one
}

const isAlice = (viewerId: unknown) => viewerId === alice.id

/** Everybody reads the same, out of heads. */
async function expectOutOfHeads(expected: string[]): Promise<void> {
  for (const nexus of [here, there]) {
    await settled(
      () => readHome(nexus, alice),
      (feed) => feed.join() === expected.join(),
    )
    const read = await statementsDuring(async () => expect(await readHome(nexus, alice)).toEqual(expected))
    expect(read).not.toContain('feeds.home-feed-truth')
    expect(await readFeed(nexus, alice)).toEqual(expected)
  }
}

describe('a head that is being built', () => {
  it('has what was committed and delivered after its snapshot', async () => {
    const builder = hold('head:snapshot-taken', isAlice)
    const first = readHome(here, alice)
    await builder.reached
    await post(here, bob, 'two')
    await here.settle()
    builder.release()
    await first
    await expectOutOfHeads(['two', 'one'])
  })

  it('has once what was committed between its marker and its snapshot', async () => {
    const builder = hold('head:marked', isAlice)
    const first = readHome(here, alice)
    await builder.reached
    await post(here, bob, 'two')
    await here.settle()
    builder.release()
    expect(await first).toEqual(['two', 'one'])
    await expectOutOfHeads(['two', 'one'])
  })

  it('is left alone by a builder whose marker somebody else has replaced', async () => {
    const late = hold('head:snapshot-taken', isAlice)
    const first = readHome(here, alice)
    await late.reached
    await readHome(there, alice) // puts its own marker, and a head in its place
    await post(here, bob, 'two')
    await here.settle()
    late.release()
    await first
    await expectOutOfHeads(['two', 'one'])
  })
})

describe('a read', () => {
  it('shows once what is delivered between its pulse and its head', async () => {
    await expectOutOfHeads(['one'])
    const reader = hold('feed:pulse-taken', isAlice)
    const reading = readHome(here, alice)
    await reader.reached
    await post(here, bob, 'two')
    await here.settle()
    reader.release()
    expect(await reading).toEqual(['two', 'one'])
  })

  it('shows once what its pulse names as under way and its head has by then', async () => {
    await expectOutOfHeads(['one'])
    const delivery = hold('fan-out:added')
    await post(here, bob, 'two')
    await delivery.reached
    await expectOutOfHeads(['two', 'one'])
  })

  it('shows what is under way before any head has it', async () => {
    await expectOutOfHeads(['one'])
    const delivery = hold('fan-out:before-add')
    await post(here, bob, 'two')
    await delivery.reached
    await expectOutOfHeads(['two', 'one'])
  })
})

describe('what alice undoes while a delivery to her is held', () => {
  const undone: Record<string, { undo: () => Promise<unknown>; redo?: () => Promise<unknown> }> = {
    unfollow: { undo: () => unfollow(here, alice, bob), redo: () => follow(here, alice, bob) },
    mute: { undo: () => mute(here, alice, bob), redo: () => unmute(here, alice, bob) },
    block: {
      undo: () => block(here, alice, bob),
      redo: async () => {
        await unblock(here, alice, bob)
        await follow(here, alice, bob)
      },
    },
  }
  for (const [name, { undo, redo }] of Object.entries(undone)) {
    it(`${name}: stays out, also when it is delivered late, and comes back once`, async () => {
      await expectOutOfHeads(['one'])
      const delivery = hold('fan-out:before-add')
      await post(here, bob, 'two')
      await delivery.reached
      await undo()
      for (const nexus of [here, there]) expect(await readHome(nexus, alice)).toEqual([])
      delivery.release()
      await here.settle()
      await expectOutOfHeads([])
      await redo?.()
      await expectOutOfHeads(['two', 'one'])
    })
  }

  it('delete: a post that is gone is never shown, though it is delivered', async () => {
    await expectOutOfHeads(['one'])
    const delivery = hold('fan-out:before-add')
    const two = await post(here, bob, 'two')
    await delivery.reached
    await deletePost(here, bob, two)
    for (const nexus of [here, there]) expect(await readHome(nexus, alice)).toEqual(['one'])
    delivery.release()
    await here.settle()
    await expectOutOfHeads(['one'])
  })
})

describe('a follow while a delivery is held', () => {
  it('has the post in the head that is built for it, and once', async () => {
    await unfollow(here, alice, bob)
    const delivery = hold('fan-out:added')
    await post(here, bob, 'two')
    await delivery.reached
    await follow(here, alice, bob)
    await expectOutOfHeads(['two', 'one'])
    delivery.release()
    await here.settle()
    await expectOutOfHeads(['two', 'one'])
  })
})

it('delivers again what was delivered under an epoch that is over', async () => {
  await expectOutOfHeads(['one'])
  const delivery = hold('fan-out:added')
  await post(here, bob, 'two')
  await delivery.reached
  await here.sql('update head_epoch set number = number + 1')
  delivery.release()
  await settled(
    () => here.sql(`select attempts from jobs where name = 'feeds.fan-out' and last_error is not null`),
    (jobs) => jobs.length === 1,
  )
  await here.sql('update jobs set next_try_at = now()')
  await here.settle()
  await expectOutOfHeads(['two', 'one'])
})
