import { parseArgs } from 'node:util'
import type pg from 'pg'
import { searchPeople } from '../src/domain/search/search-people.ts'
import { searchPosts } from '../src/domain/search/search-posts.ts'
import { openDatabase } from '../src/platform/database/open-database.ts'
import type { Reader } from '../src/platform/database/statement.ts'
import { describeMachine } from './measure/describe-machine.ts'
import { onServer, openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { type Latency, median, rounded, summarise } from './measure/statistics.ts'
import { openWorld, type World } from './world.ts'
import { readersOf, worldSizes } from './worlds/world-sizes.ts'

export interface SearchResult {
  machine: object
  scale: number
  /** Of a page of 20, by what is asked for, in milliseconds. */
  latency: Record<string, Latency>
  /** Milliseconds of a post's insert and commit, with the trigger that indexes it and without, by turns: medians of rounds. */
  insertMs: { indexed: number; plain: number; ratio: number }
  sizeMb: { postWords: number; index: number }
  holds: Record<string, boolean>
}

const P95_MS_MAX = 50
const INSERTS_A_ROUND = 100
const PAGES_DOWN = 20

type Ask = (reader: Reader, n: number) => Promise<unknown>

/** Asks for posts and people, each kind by turns with the others, as visitors and as readers of the world. */
export async function measureSearch(world: World, { rounds }: { rounds: number }): Promise<SearchResult> {
  const kinds = await askedFor(world)
  const database = await openDatabase({ url: world.databaseUrl, prepare: true, readers: 2, writers: 1 })
  const took: Record<string, number[]> = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]))
  try {
    for (let n = -10; n < rounds * 20; n += 1) {
      for (const [kind, ask] of Object.entries(kinds)) {
        const began = performance.now()
        await ask(database, Math.abs(n))
        if (n >= 0) took[kind]?.push(performance.now() - began)
      }
    }
  } finally {
    await database.close()
  }
  const latency = Object.fromEntries(Object.entries(took).map(([kind, times]) => [kind, summarise(times)]))
  const { rows } = await onServer(
    world.databaseUrl,
    `select (pg_total_relation_size('post_words') / 1024 / 1024)::int as "postWords", (pg_relation_size('post_words_by_word') / 1024 / 1024)::int as index`,
  )
  return {
    machine: await describeMachine(world.databaseUrl),
    scale: world.sizes.scale,
    latency,
    insertMs: await measureInserts(world, rounds),
    sizeMb: rows[0],
    holds: {
      [`every kind of search takes at most ${P95_MS_MAX} ms at p95`]: Object.values(latency).every(({ p95 }) => p95 <= P95_MS_MAX),
    },
  }
}

async function askedFor(world: World): Promise<Record<string, Ask>> {
  const { count, stride } = readersOf(world.sizes)
  const one = async (sql: string): Promise<string[]> => (await onServer(world.databaseUrl, sql)).rows.map((row) => row.word)
  const sample = `(select words from post_words tablesample system (1) repeatable (1))`
  const words = (order: string) =>
    one(`select word from ts_stat($$select words from ${sample} s$$) where word ~ '^[a-z]{4,}$' order by ${order}, word limit 100`)
  const common = await words('ndoc desc')
  const rare = await words('ndoc')
  const looker = (n: number) => ({ id: (1 + (n % count)) * stride, role: 'user' as const })
  const at = (list: string[], n: number) => list[n % list.length] ?? ''
  const posts =
    (query: (n: number) => string, as: (n: number) => ReturnType<typeof looker> | undefined = looker): Ask =>
    (reader, n) =>
      searchPosts(reader, query(n), { first: 20 }, as(n))
  const people =
    (query: (n: number) => string): Ask =>
    (reader, n) =>
      searchPeople(reader, query(n), { first: 20 }, looker(n))
  return {
    'a rare word': posts((n) => at(rare, n)),
    'a common word': posts((n) => at(common, n)),
    'a common word, a visitor': posts(
      (n) => at(common, n),
      () => undefined,
    ),
    'the commonest of stop words': posts(() => 'the'),
    'two common words': posts((n) => `${at(common, n)} ${at(common, n + 7)}`),
    'a common word and a rare one': posts((n) => `${at(common, n)} ${at(rare, n)}`),
    'a common word without another': posts((n) => `${at(common, n)} -${at(common, n + 3)}`),
    'common words in an order that is nowhere': posts((n) => `"${at(common, n)} ${at(rare, n)} ${at(common, n + 1)}"`),
    'one or other of many': posts((n) =>
      Array.from({ length: 16 }, (_, place) => at(common, n + place))
        .join(' or ')
        .slice(0, 200),
    ),
    'many that must all be there': posts((n) =>
      Array.from({ length: 16 }, (_, place) => at(common, n + place))
        .join(' ')
        .slice(0, 200),
    ),
    'a word that is nowhere': posts((n) => `zzz${n}`),
    '200 characters of operators': posts(() => '-"" or "- or '.repeat(15)),
    'the twentieth page of a common word': async (reader, n) => {
      // The way down is not counted: it is walked once.
      const query = at(common, n % 3)
      return searchPosts(reader, query, { first: 20, after: await deepCursor(reader, query) }, undefined)
    },
    'people: a username': people((n) => `reader_${1 + ((n * 37) % world.sizes.users)}`),
    'people: the beginning of all usernames': people(() => 'rea'),
    'people: a common name': people((n) => at(['ada', 'juno', 'hazel', 'oak'], n)),
    'people: a misspelt name': people((n) => at(['jnuo hazle', 'cloe maple', 'dara ceder'], n)),
    'people: a letter': people((n) => at(['a', 'r', 'e'], n)),
    'people: a common word of bios': people((n) => at(common, n)),
  }
}

const deep = new Map<string, string | null>()

async function deepCursor(reader: Reader, query: string): Promise<string | null> {
  let after = deep.get(query)
  if (after === undefined) {
    after = null
    for (let page = 0; page < PAGES_DOWN; page += 1) after = (await searchPosts(reader, query, { first: 20, after }, undefined)).endCursor
    deep.set(query, after)
  }
  return after
}

/** Posts like those of the world are inserted and deleted again, with and without the trigger, by turns. */
async function measureInserts(world: World, rounds: number): Promise<SearchResult['insertMs']> {
  const times = { indexed: [] as number[], plain: [] as number[] }
  const { Client } = (await import('pg')).default
  const client: pg.Client = new Client({ connectionString: world.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query('select author_id, content from posts order by id desc limit $1', [INSERTS_A_ROUND])
    const newest = (await client.query('select max(id) as id from posts')).rows[0].id
    for (let round = -1; round < rounds * 2; round += 1) {
      const kind = round % 2 === 0 ? 'indexed' : 'plain'
      await client.query(`alter table posts ${kind === 'indexed' ? 'enable' : 'disable'} trigger posts_index_words`)
      const began = performance.now()
      for (const { author_id, content } of rows)
        await client.query({ name: 'insert', text: 'insert into posts (author_id, content) values ($1, $2)', values: [author_id, content] })
      if (round >= 0) times[kind].push((performance.now() - began) / INSERTS_A_ROUND)
      await client.query('delete from posts where id > $1', [newest])
    }
  } finally {
    await client.query('alter table posts enable trigger posts_index_words')
    await client.end()
  }
  const [indexed, plain] = [median(times.indexed), median(times.plain)]
  return { indexed, plain, ratio: rounded(indexed / plain) }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      embedded: { type: 'string' },
      rounds: { type: 'string', default: '5' },
    },
  })
  const server = await openBenchServer(values.embedded)
  try {
    const world = await openWorld(server, worldSizes(Number(values.scale), Number(values.seed)))
    const result = await measureSearch(world, { rounds: Number(values.rounds) })
    await openResults(world.sizes.scale).write('search', result)
    for (const [kind, { p50, p95, max }] of Object.entries(result.latency))
      console.log(`${p50.toFixed(1).padStart(7)} ms p50  ${p95.toFixed(1).padStart(7)} p95  ${max.toFixed(1).padStart(7)} max  ${kind}`)
    console.log(result.insertMs, result.sizeMb, result.holds)
    if (Object.values(result.holds).includes(false)) process.exitCode = 1
  } finally {
    await server.close()
  }
}
