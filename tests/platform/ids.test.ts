import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { instantOfId, kindOfId, NEWEST, parseId, parseUserId } from '../../src/platform/ids.ts'
import { cast, type Nexus, type Person, post, startNexus } from '../cast.ts'

const KINDS = { post: 1, share: 2, comment: 3 } as const
const IDS_A_MILLISECOND = 1024

let nexus: Nexus
let alice: Person
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
  alice = (await cast(nexus, 'alice')).alice
})
beforeEach(() => nexus.sql('delete from posts'))
afterAll(() => nexus.close())

const newIds = async (kind: number, instants: (string | Date)[]) =>
  (await nexus.sql<{ ids: string[] }>('select new_ids($1, $2::timestamptz[])::text[] as ids', [kind, instants]))[0]!.ids.map(Number)

const write = (ids: number[]) =>
  nexus.sql(`insert into posts (id, author_id, content) select unnest($1::bigint[]), $2, 'words'`, [ids, alice.id])

it('makes ids whose order is the order of time, whatever their kind', async () => {
  const ids: number[] = []
  for (let round = 0; round < 30; round += 1) {
    const [row] = await nexus.sql<{ id: string }>('select new_id($1)::text as id, pg_sleep(0.001)', [(round % 3) + 1])
    ids.push(Number(row!.id))
  }
  expect(ids).toEqual([...ids].sort((a, b) => a - b))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => Number.isSafeInteger(id) && id < 2 ** 53)).toBe(true)
})

it('says in an id what it is the id of and when it was made, to PostgreSQL and to us alike', async () => {
  for (const [name, kind] of Object.entries(KINDS)) {
    const [row] = await nexus.sql<{ id: string; kind: number; instant: Date; now: Date }>(
      'with made as (select new_id($1) as id) select id::text, id_kind(id) as kind, id_instant(id) as instant, clock_timestamp() as now from made',
      [kind],
    )
    const id = Number(row!.id)
    expect([row!.kind, kindOfId(id)]).toEqual([kind, name])
    expect(instantOfId(id)).toEqual(row!.instant)
    expect(Math.abs(row!.now.getTime() - row!.instant.getTime())).toBeLessThan(100)
  }
})

it('lets no two kinds share an id, and no row bear the id of another kind', async () => {
  const instant = '2024-05-06T07:08:09.123Z'
  const [aPost, aShare, aComment] = (await Promise.all(Object.values(KINDS).map((kind) => newIds(kind, [instant])))).flat()
  expect(new Set([aPost, aShare, aComment]).size).toBe(3)
  for (const id of [aShare, aComment, 2 ** 53 + 1024, 0]) await expect(write([id!])).rejects.toThrow('posts_id_check')
  await write([aPost!])
})

it('keeps the time of creation in the id alone, to the millisecond', async () => {
  const [id] = await newIds(KINDS.post, ['2011-02-03T04:05:06.789Z'])
  await write([id!])
  const { post: seen } = await nexus.ask(`{ post(id: ${id}) { createdAt } }`)
  expect(seen.createdAt).toBe('2011-02-03T04:05:06.789Z')
  await expect(nexus.sql('update posts set created_at = now() where id = $1', [id])).rejects.toThrow('can only be updated to DEFAULT')
})

it('goes on in the next millisecond where one is full, by import and by the clock', async () => {
  const instant = new Date('2015-01-01T00:00:00.000Z')
  const ids = await newIds(
    KINDS.post,
    Array.from({ length: 2 * IDS_A_MILLISECOND + 1 }, () => instant),
  )
  expect(ids).toEqual([...ids].sort((a, b) => a - b))
  expect(new Set(ids).size).toBe(ids.length)
  const at = ids.map((id) => instantOfId(id).getTime() - instant.getTime())
  expect(at.filter((ms) => ms === 0)).toHaveLength(IDS_A_MILLISECOND)
  expect(at.filter((ms) => ms === 1)).toHaveLength(IDS_A_MILLISECOND)
  expect(at.at(-1)).toBe(2)
  expect(ids.every((id) => kindOfId(id) === 'post')).toBe(true)

  const many = await nexus.sql<{ id: string }>(
    `insert into posts (author_id, content) select $1, 'words' from generate_series(1, 5000) returning id::text`,
    [alice.id],
  )
  expect(new Set(many.map(({ id }) => id)).size).toBe(5000)
})

it('keeps the instants of an import in their order, and stays off what is taken', async () => {
  const instants = ['2003-03-03T00:00:00.001Z', '2003-03-03T00:00:00.001Z', '2003-03-03T00:00:00.002Z', '2004-04-04T00:00:00Z']
  const first = await newIds(KINDS.post, instants)
  expect(first.map((id) => instantOfId(id).toISOString())).toEqual(instants.map((text) => new Date(text).toISOString()))
  await write(first)
  const second = await newIds(KINDS.post, instants)
  expect(second.filter((id) => first.includes(id))).toEqual([])
  expect(second.map((id) => instantOfId(id).toISOString())).toEqual(instants.map((text) => new Date(text).toISOString()))
  expect(second).toEqual([...second].sort((a, b) => a - b))
})

it('refuses instants before 2000, in the future, and none at all', async () => {
  const ahead = new Date(Date.now() + 60_000)
  for (const instant of ['1999-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z', ahead, '9999-01-01T00:00:00Z', 'infinity', '-infinity'])
    await expect(newIds(KINDS.post, [instant]), String(instant)).rejects.toThrow('an instant must lie between 2000 and now')
  await expect(nexus.sql('select new_ids(1, array[null::timestamptz])')).rejects.toThrow('an instant must lie between 2000 and now')
  expect(instantOfId((await newIds(KINDS.post, ['2000-01-01T00:00:00.000Z']))[0]!)).toEqual(new Date('2000-01-01T00:00:00Z'))
  expect(await newIds(KINDS.post, [])).toEqual([])
})

it('stays off ids that are taken when the clock was set back', async () => {
  // All ids of the next seconds are taken in the way of the counter, as if the clock had been there before.
  await nexus.sql(`alter sequence id_counter restart with 1`)
  await nexus.sql(
    `insert into posts (id, author_id, content)
     select ((at + ms) << 12) | 1024 | n, $1, 'words'
     from (select floor(extract(epoch from clock_timestamp()) * 1000)::bigint - 946684800000 as at offset 0) began,
       generate_series(0, 6000) ms, generate_series(0, 4) n`,
    [alice.id],
  )
  const made = await Promise.all([1, 2, 3].map(() => post(nexus, alice, 'words')))
  expect(new Set(made).size).toBe(3)
  for (const id of made) expect(Number(id) % IDS_A_MILLISECOND, 'past those that are taken').toBeGreaterThanOrEqual(5)
  await nexus.sql('alter sequence id_counter restart with 1')
  const again = await nexus.sql<{ id: string }>('select new_id(1)::text as id')
  expect(Number(again[0]!.id) % IDS_A_MILLISECOND, 'the first that is free').toBe(5)
})

it('takes an id of the wrong form for the id of nothing', () => {
  for (const text of ['', '0', '-1', '1.5', '1e3', ' 1', '1 ', '01', '0x1', 'abc', '9007199254740992', '99999999999999999999', '١'])
    expect(parseId(text), text).toBeUndefined()
  expect(parseId('1')).toBe(1)
  expect(parseId(String(NEWEST))).toBe(NEWEST)
  expect(parseUserId('2147483647')).toBe(2147483647)
  expect(parseUserId('2147483648')).toBeUndefined()
})
