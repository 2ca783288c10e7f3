import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { FaultWorld, Person } from './fault-world.ts'
import { type Act, type Answer, ask, drawAct, READ, type Verb } from './people-act.ts'
import { type Draw, drawFrom } from './seeded.ts'

export interface WriterResult {
  seed: number
  writes: number
  checked: Partial<Record<Verb, number>>
  kills: number
}

const VERBS: Verb[] = ['post', 'post', 'post', 'delete', 'follow', 'unfollow', 'mute', 'unmute', 'block', 'unblock', 'like', 'unlike']
const FACTS_HELD_MS = 3000
const REDIS_CUT_MS = 1500
const CALM_MS = 1000
/** One process is killed right after so many answers. */
const WRITES_A_KILL = 400
/** What others wrote so long ago, everybody sees. */
const SEEN_BY_ALL_SECONDS = 2

/**
 * Writes on one process, each read at once on the other by who wrote it, while facts are held back, Redis is cut from the first alone, and the first is
 * killed right after an answer.
 */
export async function runWriter(world: FaultWorld, { seed, writes }: { seed: number; writes: number }): Promise<WriterResult> {
  const draw = drawFrom(seed)
  const posts: string[] = []
  const result: WriterResult = { seed, writes, checked: {}, kills: 0 }
  let over = false
  const disturbing = disturb(world, drawFrom(seed + 1), () => over)
  try {
    for (let write = 1; write <= writes; write += 1) {
      const [here, there] = world.apis
      if (!here || !there) throw new Error('two APIs are needed')
      const act = drawAct(draw, world.people, posts, VERBS)
      const answer = await ask(here.url(), act)
      const kill = write % WRITES_A_KILL === 0
      if (kill) await here.kill()
      if (answer && answer.codes.length === 0) {
        await expectSeen(world, there.url(), act, answer)
        result.checked[act.verb] = (result.checked[act.verb] ?? 0) + 1
        const id: string | undefined = answer.data?.createPost?.post?.id
        if (id !== undefined) posts.push(id)
      }
      if (kill) {
        result.kills += 1
        await here.start()
      }
    }
  } finally {
    over = true
    await disturbing
  }
  console.log(`writer: ${JSON.stringify(result.checked)}`)
  return result
}

/** What was answered on one process is so on the other. */
async function expectSeen({ sql }: FaultWorld, url: string | undefined, { verb, who, query }: Act, { data }: Answer): Promise<void> {
  const other = Number(/\w+(?:Id|id): (\d+)/.exec(query)?.[1])
  const fail = (what: string): never => {
    throw new Error(`after ${query} person ${who.id} ${what}`)
  }
  if (verb === 'like' || verb === 'unlike') {
    const read = await ask(url, { who, query: `{ post(id: ${other}) { viewerHasLiked } }` })
    const seen = read?.data?.post?.viewerHasLiked
    if (read?.data && seen !== undefined && seen !== (verb === 'like')) fail(`is told viewerHasLiked ${seen}`)
    return
  }
  const feed = await readFeed(url, who)
  if (!feed) return // nobody was there, or too many were
  if (verb === 'post') {
    if (!feed.includes(data.createPost.post.id)) fail('does not see it')
  } else if (verb === 'delete') {
    if (feed.includes(String(other))) fail('still sees it')
  } else {
    const rows = await sql<{ id: string }>(
      `select id from posts where author_id = $1 and created_at < now() - make_interval(secs => $2) order by id desc limit 20`,
      [other, SEEN_BY_ALL_SECONDS],
    )
    const theirs = rows.map(({ id }) => String(id))
    const [heard] = await sql<{ heard: boolean }>(HEARD, [who.id, other])
    const newest = feed.slice(0, 100)
    if (!heard?.heard && theirs.some((id) => newest.includes(id))) fail(`still sees posts of ${other}`)
    const oldest = Number(newest.at(-1) ?? 0)
    const missing = theirs.filter((id) => !newest.includes(id) && (newest.length < 100 || Number(id) > oldest))
    if (heard?.heard && missing.length > 0) fail(`does not see ${missing.join()} of ${other}`)
  }
}

const HEARD = `select ($1::int = $2 or exists (select from follows where follower_id = $1 and following_id = $2))
  and not exists (select from mutes where muter_id = $1 and muted_id = $2)
  and not exists (select from blocks where (blocker_id, blocked_id) in (($1, $2), ($2, $1))) as heard`

async function readFeed(url: string | undefined, who: Person): Promise<string[] | undefined> {
  const answer = await ask(url, { who, query: READ })
  return answer?.data?.homeFeed.edges.map(({ node }: { node: { id: string } }) => node.id)
}

/** Again and again facts are held back, or Redis is cut from the first process. */
async function disturb(world: FaultWorld, draw: Draw, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    if (draw.below(2) === 0) await holdFacts(world.databaseUrl)
    else {
      world.proxies[0].cut()
      await pause(REDIS_CUT_MS)
      world.proxies[0].mend()
    }
    await pause(draw.below(CALM_MS))
  }
}

async function holdFacts(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select from broadcast_channel for update')
    await pause(FACTS_HELD_MS)
  } finally {
    await client.end()
  }
}
