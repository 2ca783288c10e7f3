import pg from 'pg'
import type { Nexus } from '../cast.ts'

/** Runs `work` on so many connections at once, all open before the first begins. Answers the codes of what failed. */
export async function onConnections(
  nexus: Nexus,
  count: number,
  work: (client: pg.Client, index: number) => Promise<unknown>,
): Promise<string[]> {
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: nexus.databaseUrl }))
  try {
    await Promise.all(clients.map((client) => client.connect()))
    const done = await Promise.allSettled(clients.map((client, index) => work(client, index)))
    return done.flatMap((each) => (each.status === 'rejected' ? [String(each.reason.code ?? each.reason)] : []))
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}

/** So many people with a name each, by SQL alone. Answers the id of the first; the others follow it. */
export async function addPeople(nexus: Nexus, count: number): Promise<number> {
  const rows = await nexus.sql<{ id: number }>(
    `insert into users (username, email) select 'person' || n, 'person' || n || '@mail.test'
     from generate_series((select coalesce(max(id), 0) + 1 from users), (select coalesce(max(id), 0) + $1 from users)) n returning id`,
    [count],
  )
  return rows[0]!.id
}

export async function addPost(nexus: Nexus, author: number): Promise<number> {
  return (await nexus.sql<{ id: number }>(`insert into posts (author_id, content) values ($1, 'words') returning id`, [author]))[0]!.id
}

/** A thread in which each comment answers the one before. Answers their ids, the top one first. */
export async function addThread(nexus: Nexus, post: number, author: number, depth: number): Promise<number[]> {
  const rows = await nexus.sql<{ ids: number[] }>(
    `with made as (select new_ids(3, array_fill(now(), array[$3::int])) as ids), written as (
       insert into comments (id, post_id, author_id, parent_id, text)
       select ids[n], $1, $2, ids[n - 1], 'words' from made, generate_series(1, $3) n
     ) select ids::float8[] as ids from made`,
    [post, author, depth],
  )
  return rows[0]!.ids
}
