import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { onConnections } from '../counts/connections.ts'

let nexus: Nexus
let alice: Person
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice } = await cast(nexus, 'alice'))
})
afterAll(() => nexus.close())

const UPDATE = 'mutation ($id: ID!, $content: String!) { updatePost(id: $id, content: $content) { post { editedAt } } }'
const edit = (id: string, content: string) => nexus.ask(UPDATE, alice.token, { id, content })
const historyOf = (id: string) =>
  nexus.sql<{ content: string; replaced_at: Date }>('select content, replaced_at from post_edits where post_id = $1 order by id', [id])

it('dates an edit by when it was made, not by when it began to wait for another', async () => {
  const id = await post(nexus, alice, 'words')
  let waiting: Promise<{ updatePost: { post: { editedAt: string } } }>
  let before = new Date(0)
  const failed = await onConnections(nexus, 1, async (other) => {
    await other.query('begin')
    await other.query('select from posts where id = $1 for no key update', [id])
    waiting = edit(id, 'other words')
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await expect.poll(async () => (await nexus.sql(waits)).length, { timeout: 5000 }).toBe(1)
    before = (await other.query("select date_trunc('milliseconds', clock_timestamp()) as now")).rows[0].now
    await other.query('commit')
  })
  expect(failed).toEqual([])
  const { editedAt } = (await waiting!).updatePost.post
  expect(Date.parse(editedAt)).toBeGreaterThanOrEqual(before.getTime())
  expect((await historyOf(id)).map(({ replaced_at }) => replaced_at.toISOString())).toEqual([editedAt])
})

it('lists the edits that come at once in the order in which they followed each other', async () => {
  const id = await post(nexus, alice, 'wording 0')
  await Promise.all(Array.from({ length: 12 }, (_, i) => edit(id, `wording ${i + 1}`)))
  const times = (await historyOf(id)).map(({ replaced_at }) => replaced_at.getTime())
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  const [{ edited_at } = { edited_at: new Date(0) }] = await nexus.sql('select edited_at from posts where id = $1', [id])
  expect([times.length, edited_at.getTime()]).toEqual([12, times.at(-1)])
})
