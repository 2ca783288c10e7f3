import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { postPublished } from '../../src/domain/posts/post-facts.ts'
import { firstRow, statement } from '../../src/platform/database/statement.ts'
import { announce } from '../../src/platform/outbox/announce.ts'
import { readHome } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { forgetWrites, statementsDuring } from './statements.ts'

// Order by id is order by time, though ids are not committed in their order, and clocks differ.
const HELD_MS = 1900

let nexus: Nexus
let alice: Person, bob: Person, carol: Person
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol } = await cast(nexus, 'alice', 'bob', 'carol'))
  for (const other of [bob, carol]) await follow(nexus, alice, other)
})
beforeEach(async () => {
  await nexus.sql('delete from posts')
  await post(nexus, bob, 'begin')
  await nexus.settle()
  expect(await readHome(nexus, alice)).toEqual(['begin'])
})
afterAll(() => nexus.close())

const insertPost = statement<{ id: number }>('tests.insert-post', 'insert into posts (author_id, content) values ($1, $2) returning id')
const insertEarlier = statement<{ id: number }>(
  'tests.insert-earlier-post',
  `insert into posts (id, author_id, content) select (new_ids(1, array[now() - make_interval(secs => $3)]))[1], $1, $2 returning id`,
)

/** Publishes as the verb does, but holds the transaction after its id was made, or makes the id by a clock that is behind. */
async function publish(author: Person, content: string, { heldMs = 0, clockBehindSeconds = 0 }): Promise<void> {
  await nexus.app.database.transaction(async (tx) => {
    const values = [author.id, content]
    const row = await (clockBehindSeconds > 0
      ? firstRow(tx, insertEarlier, [...values, clockBehindSeconds])
      : firstRow(tx, insertPost, values))
    const id = row!.id
    await announce(tx, postPublished, { postId: id, authorId: author.id, entryId: id, actorId: author.id })
    await pause(heldMs)
  })
}

async function expectOutOfHeads(expected: string[]): Promise<void> {
  await settled(
    () => readHome(nexus, alice),
    (feed) => feed.join() === expected.join(),
  )
  await nexus.settle()
  await forgetWrites(nexus)
  const read = await statementsDuring(async () => expect(await readHome(nexus, alice)).toEqual(expected))
  expect(read).not.toContain('feeds.home-feed-truth')
  const rows = await nexus.sql<{ content: string }>('select content from posts order by created_at desc, id desc')
  expect(rows.map(({ content }) => content)).toEqual(expected)
}

it('puts a post in its place whose transaction was held for nearly two seconds after its id was made', async () => {
  const held = publish(bob, 'held', { heldMs: HELD_MS })
  await pause(100)
  await post(nexus, carol, 'meanwhile')
  await nexus.settle()
  expect(await readHome(nexus, alice)).toEqual(['meanwhile', 'begin'])
  await nexus.sql('update viewers set version = version + 1 where user_id = $1', [alice.id]) // whose head is built anew, without it
  expect(await readHome(nexus, alice)).toEqual(['meanwhile', 'begin'])
  await held
  await expectOutOfHeads(['meanwhile', 'held', 'begin'])
})

it('puts a post in its place whose id was made by a clock that is five seconds behind', async () => {
  await post(nexus, carol, 'by the clock')
  await nexus.settle()
  await readHome(nexus, alice)
  await publish(bob, 'by another clock', { clockBehindSeconds: 5 })
  await expectOutOfHeads(['by the clock', 'begin', 'by another clock'])
})
