import type { AddressInfo } from 'node:net'
import { createClient } from '@redis/client'
import fastify from 'fastify'
import pg from 'pg'

// Other ways to serve a home feed, re-created from what is published of them, on the same rows: a plain route over each, without tokens, GraphQL or
// rules of who may see what. Its reader's id stands in the Authorization header. Told by the environment: PEER, DATABASE_URL, REDIS_URL, PEER_PREFIX.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8, idleTimeoutMillis: 0 })
const redis = createClient({ url: process.env.REDIS_URL ?? '' })
const PAGE = 20

const AUTHOR = `json_build_object('id', u.id, 'username', u.username, 'displayName', u.display_name) as author`
const COUNTS = `(select coalesce(sum(likes), 0)::int from post_counts where post_id = p.id) as likes,
  (select coalesce(sum(comments), 0)::int from post_counts where post_id = p.id) as comments,
  (select coalesce(sum(shares), 0)::int from post_counts where post_id = p.id) as shares`

const PEERS: Record<string, (reader: number) => Promise<unknown[]>> = {
  /** A sorted set of entry ids a reader, filled when somebody writes; the rows are read by their ids. */
  'sorted-set': async (reader) => {
    const ids = (await redis.zRange(`${process.env.PEER_PREFIX}${reader}`, 0, PAGE - 1, { REV: true })).map(Number)
    const { rows } = await pool.query({
      name: 'rows-by-ids',
      text: `select e.id as entry, p.id, p.content, p.created_at, ${AUTHOR}, ${COUNTS}
        from unnest($1::bigint[]) as e (id) left join shares s on s.id = e.id join posts p on p.id = coalesce(s.post_id, e.id)
          join users u on u.id = p.author_id order by e.id desc`,
      values: [ids],
    })
    return rows
  },
  /** One open query at reading: all posts and shares of whom the reader follows, newest first, as the planner likes it. */
  pull: async (reader) => {
    const { rows } = await pool.query({
      name: 'pull',
      text: `select e.id as entry, p.id, p.content, p.created_at, ${AUTHOR}, ${COUNTS} from (
          select * from (
            select id, id as post_id from posts where author_id in (select following_id from follows where follower_id = $1)
            union all
            select id, post_id from shares where user_id in (select following_id from follows where follower_id = $1)
          ) entries order by id desc limit ${PAGE}
        ) e join posts p on p.id = e.post_id join users u on u.id = p.author_id order by e.id desc`,
      values: [reader],
    })
    return rows
  },
  /** What an object mapper makes of "the posts of whom I follow, with their authors and counts": one join with all columns, then a count a relation. */
  orm: async (reader) => {
    const { rows } = await pool.query(
      `select p.*, u.* from posts p join users u on u.id = p.author_id join follows f on f.following_id = p.author_id
       where f.follower_id = $1 order by p.created_at desc limit ${PAGE}`,
      [reader],
    )
    const ids = rows.map(({ id }) => id)
    for (const relation of ['likes', 'comments', 'shares'])
      await pool.query(`select post_id, count(*) from ${relation} where post_id = any($1::bigint[]) group by post_id`, [ids])
    return rows
  },
}

const peer = PEERS[process.env.PEER ?? '']
if (!peer) throw new Error(`PEER is one of ${Object.keys(PEERS).join(', ')}`)
await redis.connect()
const server = fastify()
server.post('/graphql', async ({ headers }, reply) => {
  const feed = await peer(Number(headers.authorization))
  return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify({ data: { feed } }))
})
await server.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${(server.server.address() as AddressInfo).port}\n`)
process.on('SIGTERM', () => process.exit(0))
