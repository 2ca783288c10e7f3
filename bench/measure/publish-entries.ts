import { fanOutEntry } from '../../src/domain/feeds/fan-out.ts'
import type { Database } from '../../src/platform/database/open-database.ts'
import { statement } from '../../src/platform/database/statement.ts'

export interface PublishedEntry {
  id: number
  authorId: number
}

const publishAll = statement<PublishedEntry>(
  'bench.publish-all',
  `with made as (
     insert into posts (author_id, content) select author, 'of the bench' from unnest($1::int[]) with ordinality as given (author, place) order by place
     returning id, author_id
   ), queued as (
     insert into jobs (name, lane, payload, next_try_at)
     select 'feeds.fan-out', $2, jsonb_build_object('entryId', id, 'actorId', author_id), now() + interval '1 hour' from made order by id
   ) select id, author_id as "authorId" from made order by id`,
)
const AT_ONCE = 1000

/** Publishes a post of each of these authors, with its job, which waits until it is let go. */
export async function publishEntries(database: Database, authorIds: readonly number[]): Promise<PublishedEntry[]> {
  const published: PublishedEntry[] = []
  for (let from = 0; from < authorIds.length; from += AT_ONCE)
    published.push(...(await database.transaction((tx) => tx.rows(publishAll, [authorIds.slice(from, from + AT_ONCE), fanOutEntry.lane]))))
  return published
}

const letGo = statement<never>('bench.let-go', 'update jobs set next_try_at = now()')

/** The jobs are due. */
export async function letJobsGo(database: Database): Promise<void> {
  await database.transaction((tx) => tx.rows(letGo, []))
}

const latestAuthors = statement<{ id: number }>(
  'bench.latest-authors',
  `select author_id as id from posts where content <> 'of the bench' and hidden_at is null order by id desc limit $1`,
)

/** Who wrote the latest posts of the world, newest first: those who write much stand there often. */
export async function readLatestAuthors(database: Database, count: number): Promise<number[]> {
  return (await database.rows(latestAuthors, [count])).map(({ id }) => id)
}
