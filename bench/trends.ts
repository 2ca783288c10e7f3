import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from './measure/describe-machine.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { inDatabase, onServer, openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { median, rounded, summarise } from './measure/statistics.ts'
import { openWorld } from './world.ts'
import { worldSizes } from './worlds/world-sizes.ts'

/** A week beside which the world is history: so many posts with tags, and so many likes, shares and comments of them. */
const WEEK = { posts: 20_000, likes: 200_000, shares: 20_000, comments: 40_000 }
const DATABASE = 'nexus_trends'
const SERVER_MS_MAX = 2

const QUERIES = {
  'nothing but a constant': '{ __typename }',
  trendingPosts: '{ trendingPosts(window: WEEK) { id content createdAt author { id username } likeCount commentCount shareCount } }',
  trendingTags: '{ trendingTags(window: WEEK) { tag postCount } }',
}
type Query = keyof typeof QUERIES

/** Asks for what trends, one request at a time, in turns with a query that does nothing: the difference is the server's time for trends. */
async function measureTrends(databaseUrl: string, { rounds, requests }: { rounds: number; requests: number }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  const nexus = await startNexusProcess(
    {
      NODE_ENV: 'production',
      AUTH_SECRET: 'a secret of the benchmark alone, of 32 bytes or more',
      DATABASE_URL: databaseUrl,
      NEXUS_DATA_DIR: dataDir,
    },
    'api',
  )
  const ask = async (query: Query): Promise<number> => {
    const began = performance.now()
    const response = await fetch(`${nexus.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERIES[query] }),
    })
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown }
    if (errors || (query !== 'nothing but a constant' && (data[query] as unknown[]).length < 10))
      throw new Error(JSON.stringify(errors ?? data))
    return performance.now() - began
  }
  try {
    await ask('nothing but a constant')
    const computed = { trendingPosts: rounded(await ask('trendingPosts')), trendingTags: rounded(await ask('trendingTags')) }
    const names = Object.keys(QUERIES) as Query[]
    const taken = Object.fromEntries(names.map((name) => [name, [] as number[][]])) as Record<Query, number[][]>
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of names) {
        const times: number[] = []
        for (let n = 0; n < requests; n += 1) times.push(await ask(name))
        if (round > 0) taken[name].push(times) // the first warms
      }
    }
    const p50 = (name: Query) => median(taken[name].map((times) => summarise(times).p50))
    const over = {
      trendingPosts: rounded(p50('trendingPosts') - p50(names[0] as Query)),
      trendingTags: rounded(p50('trendingTags') - p50(names[0] as Query)),
    }
    return {
      firstAnswerMs: computed,
      warmMs: Object.fromEntries(names.map((name) => [name, summarise(taken[name].flat())])),
      warmServerMs: over,
      holds: { [`a warm trend takes less than ${SERVER_MS_MAX} ms of the server`]: Object.values(over).every((ms) => ms < SERVER_MS_MAX) },
    }
  } finally {
    await nexus.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

// Who reacts and to what is a hash of the row: few posts have most of it.
const part = (what: number) => `((hashint8extended(n, ${what}) >> 11) & ((1::bigint << 52) - 1))::float8 / (1::bigint << 52)`
const fill = `
  create temp table week_posts as
  with made as (
    insert into posts (id, author_id, content)
    select id, 1 + floor(power(${part(1)}, 2) * (select max(id) - 1 from users where id > 0))::int, 'a post of this week #tag' || floor(power(${part(2)}, 3) * 5000)
    from unnest(new_ids(1, (select array_agg(now() - interval '1 week' * i / ${WEEK.posts} order by i desc) from generate_series(1, ${WEEK.posts}) i)))
      with ordinality as made (id, n)
    returning id, content
  ) select id, content, row_number() over (order by id) as place from made;
  create unique index on week_posts (place);
  insert into post_tags (post_id, tag, written) select id, split_part(content, '#', 2), split_part(content, '#', 2) from week_posts;
  create temp table week_acts as
  select n, 1 + floor(${part(3)} * (select max(id) - 1 from users))::int as user_id, id as post_id, now() - interval '1 week' * power(${part(5)}, 2) as at
  from generate_series(1, ${WEEK.likes}) n join week_posts on place = 1 + floor(power(${part(4)}, 3) * ${WEEK.posts})::int;
  insert into likes (user_id, post_id, created_at) select user_id, post_id, at from week_acts order by at on conflict do nothing;
  insert into shares (id, user_id, post_id)
  select unnest(new_ids(2, array_agg(at order by at))), unnest(array_agg(user_id order by at)), unnest(array_agg(post_id order by at)) from week_acts where n <= ${WEEK.shares}
  on conflict do nothing;
  insert into comments (id, author_id, post_id, text)
  select unnest(new_ids(3, array_agg(at order by at))), unnest(array_agg(user_id order by at)), unnest(array_agg(post_id order by at)), 'a comment' from week_acts
  where n <= ${WEEK.comments}`

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      embedded: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      requests: { type: 'string', default: '400' },
    },
  })
  const server = await openBenchServer(values.embedded)
  try {
    const world = await openWorld(server, worldSizes(Number(values.scale), Number(values.seed)))
    await onServer(server.url, `drop database if exists ${DATABASE} with (force)`)
    await onServer(server.url, `create database ${DATABASE} template ${server.worldDatabase}`)
    const databaseUrl = inDatabase(server.url, DATABASE)
    await onServer(databaseUrl, fill)
    await onServer(databaseUrl, 'vacuum (analyze)')
    const result = await measureTrends(databaseUrl, { rounds: Number(values.rounds), requests: Number(values.requests) })
    console.log(JSON.stringify(result, null, 2))
    await openResults(world.sizes.scale).write('trends', {
      machine: await describeMachine(databaseUrl),
      scale: world.sizes.scale,
      week: WEEK,
      ...result,
    })
    if (Object.values(result.holds).includes(false)) process.exitCode = 1
  } finally {
    await onServer(server.url, `drop database if exists ${DATABASE} with (force)`)
    await server.close()
  }
}
