import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { likePost } from '../src/domain/interactions/like-post.ts'
import { writeComment } from '../src/domain/interactions/write-comment.ts'
import { NOTIFICATIONS_KEPT_MAX } from '../src/domain/notifications/keep-causes.ts'
import { readUnreadCount } from '../src/domain/notifications/read-notifications.ts'
import { followUser } from '../src/domain/relationships/follow-user.ts'
import { migrate } from '../src/platform/database/migrate.ts'
import { type Database, openDatabase } from '../src/platform/database/open-database.ts'
import { jobsOf } from '../src/workers/reactions.ts'
import { describeMachine } from './measure/describe-machine.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { inDatabase, onServer, openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { type Latency, mediansOf, rounded, summarise } from './measure/statistics.ts'

export interface NotificationsResult {
  machine: object
  rounds: number
  writesARound: number
  /** Milliseconds of a verb, with the jobs that notifications need and a worker that does them, and without. */
  verbs: Record<Verb, { with: Latency; without: Latency; p99Ratio: number }>
  /** Milliseconds of the unread count, by how many notifications are unread. */
  unreadCount: Record<string, Latency>
  holds: Record<string, boolean>
}

export type Verb = keyof typeof VERBS

const PEOPLE = 4000
const CONNECTIONS = 4
/** A write begins this often, as people write, whether or not those before it are done: a machine that is full would measure the worker beside it. */
const WRITE_EVERY_MS = 8
const WRITES_A_ROUND = 400
const P99_RATIO_MAX = 1.5
const COUNT_MS_MAX = 2
const COUNTS = 500
/** Of these people, with so many unread notifications each. */
const UNREAD = { 1: 5, 2: 50, 3: NOTIFICATIONS_KEPT_MAX }

/** What person `n` does to what is person `m`'s: post 4096 * 1024 * m is theirs. */
const VERBS = {
  like: (database: Database, n: number, m: number) => likePost(database, { id: n, role: 'user' }, String(postOf(m))),
  comment: (database: Database, n: number, m: number) =>
    writeComment(database, { id: n, role: 'user' }, { postId: String(postOf(m)), text: 'words' }),
  follow: (database: Database, n: number, m: number) => followUser(database, n, String(m)),
}

/**
 * Times the verbs of three mutations with notifications and without. Both are the same code on the same database, but that the one writes the jobs of
 * this room with its fact, which a worker in a process of its own does meanwhile. They take turns (A B A B …).
 */
export async function measureNotifications(serverUrl: string, rounds: number): Promise<NotificationsResult> {
  const name = `nexus_bench_${randomUUID().slice(0, 8)}`
  await onServer(serverUrl, `create database ${name}`)
  const url = inDatabase(serverUrl, name)
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  const settings = { url, prepare: true, readers: 2, writers: CONNECTIONS }
  const database = await openDatabase({ ...settings, jobsOf })
  const without = await openDatabase({
    ...settings,
    jobsOf: (fact) => jobsOf(fact).filter((job) => !job.name.startsWith('notifications.')),
  })
  try {
    await migrate(database, 'auto')
    await onServer(url, PEOPLE_AND_POSTS)
    const worker = await startNexusProcess({ DATABASE_URL: url, NEXUS_DATA_DIR: dataDir }, 'api,worker')
    const verbs = await measureVerbs({ with: database, without }, rounds).finally(worker.stop)
    return judge(verbs, await measureCounts(database, url), { machine: await describeMachine(url), rounds })
  } finally {
    await Promise.all([database.close(), without.close()])
    await onServer(serverUrl, `drop database ${name} with (force)`)
    await rm(dataDir, { recursive: true, force: true })
  }
}

const FIRST_POST = 2 ** 50
const postOf = (person: number) => FIRST_POST + 4096 * person + 1024
const PEOPLE_AND_POSTS = `
  insert into users (username, email) select 'person' || n, 'person' || n || '@mail.test' from generate_series(1, ${PEOPLE}) n;
  insert into posts (id, author_id, content) select ${FIRST_POST} + 4096 * n::bigint + 1024, n, 'words' from generate_series(1, ${PEOPLE}) n;
  analyze`

type Sides = Record<'with' | 'without', Database>

async function measureVerbs(sides: Sides, rounds: number): Promise<NotificationsResult['verbs']> {
  const measured = {} as NotificationsResult['verbs']
  let done = 0
  for (const [verb, run] of Object.entries(VERBS) as [Verb, (typeof VERBS)[Verb]][]) {
    const taken = { with: [] as Latency[], without: [] as Latency[] }
    for (let round = -1; round < rounds; round += 1) {
      for (const side of ['with', 'without'] as const) {
        const latency = await timeWrites((index) => run(sides[side], 1 + ((done + index) % PEOPLE), 1 + ((done + index * 7 + 1) % PEOPLE)))
        done += WRITES_A_ROUND
        if (round >= 0) taken[side].push(latency) // the first turn warms up
      }
    }
    const ratios = taken.with.map((latency, round) => latency.p99 / (taken.without[round]?.p99 ?? Number.NaN))
    measured[verb] = {
      with: mediansOf(taken.with),
      without: mediansOf(taken.without),
      p99Ratio: mediansOf(ratios.map((ratio) => ({ ratio }))).ratio,
    }
    console.log(`notifications: ${verb} p99 ${measured[verb].with.p99} ms with, ${measured[verb].without.p99} ms without`)
  }
  return measured
}

async function timeWrites(write: (index: number) => Promise<unknown>): Promise<Latency> {
  const began = performance.now()
  const milliseconds = Array.from({ length: WRITES_A_ROUND }, async (_, index) => {
    const due = began + index * WRITE_EVERY_MS
    await sleep(Math.max(0, due - performance.now()))
    await write(index)
    return performance.now() - due
  })
  return summarise(await Promise.all(milliseconds))
}

/** Of notifications of likes, each by three people, on posts of others: what costs more to judge than one's own. */
async function measureCounts(database: Database, url: string): Promise<Record<string, Latency>> {
  await onServer(url, 'truncate notifications cascade')
  for (const [person, many] of Object.entries(UNREAD))
    await onServer(
      url,
      `with told as (
         insert into notifications (recipient_id, kind, post_id, last_cause, last_at)
         select ${person}, 'LIKE', ${FIRST_POST} + 4096 * n::bigint + 1024, 3, now() from generate_series(1, ${many}) n returning id
       ) insert into notification_causes (notification_id, actor_id, source_id, number, happened_at)
       select id, 10 + number, number, number, now() from told, generate_series(1, 3) number`,
    )
  await onServer(url, 'vacuum analyze')
  const counts: Record<string, Latency> = {}
  for (const [person, many] of Object.entries(UNREAD)) {
    const milliseconds: number[] = []
    for (let count = 0; count < COUNTS; count += 1) {
      const began = performance.now()
      if ((await readUnreadCount(database, Number(person))) !== many) throw new Error(`person ${person} has not ${many} unread`)
      milliseconds.push(performance.now() - began)
    }
    counts[many] = summarise(milliseconds)
    console.log(`notifications: the count of ${many} unread takes ${counts[many]?.p50} ms, p99 ${counts[many]?.p99} ms`)
  }
  return counts
}

function judge(
  verbs: NotificationsResult['verbs'],
  unreadCount: Record<string, Latency>,
  about: { machine: object; rounds: number },
): NotificationsResult {
  const ratios = Object.entries(verbs).map(([verb, { p99Ratio }]) => [
    `${verb}: p99 with notifications at most ${P99_RATIO_MAX} times that without`,
    rounded(p99Ratio) <= P99_RATIO_MAX,
  ])
  const counts = Object.entries(unreadCount).map(([many, { p50 }]) => [
    `the count of ${many} unread takes at most ${COUNT_MS_MAX} ms`,
    p50 <= COUNT_MS_MAX,
  ])
  return { ...about, writesARound: WRITES_A_ROUND, verbs, unreadCount, holds: Object.fromEntries([...ratios, ...counts]) }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
  const server = await openBenchServer()
  try {
    const result = await measureNotifications(server.url, Number(values.rounds))
    await openResults(1).write('notifications', result)
    console.log(result.holds)
  } finally {
    await server.close()
  }
}
