import type { WorldStep } from './world-steps.ts'

const POSTS_OF_A_USER = 5
/** Follows are drawn with this exponent: a greater one gives the popular more. */
const FOLLOWED_EXPONENT = 1.5
const DRAWN_TWICE = 1.1

/**
 * The statements that make a plain world of so many users, of whom each follows as many others, for seeing what grows with it. Triggers are off, since
 * a million users would take an hour; counts are summed at the end.
 */
export function growthSteps(users: number, follows: number): WorldStep[] {
  const posts = users * POSTS_OF_A_USER
  const draw = (n: string, what: number) => `((hashint8extended(${n}, ${what}) & 1073741823)::float8 / 1073741824)`
  return [
    {
      name: 'settings',
      sql: `set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '512MB'; set jit = off`,
    },
    {
      name: 'users',
      sql: `insert into users (id, username, email, display_name, created_at, email_verified_at)
        select n, 'user_' || n, 'user_' || n || '@growth.invalid', 'User ' || n, now(), now() from generate_series(1, ${users}) n;
        select setval(pg_get_serial_sequence('users', 'id'), ${users})`,
    },
    {
      name: 'follows',
      sql: `insert into follows (follower_id, following_id)
        select follower, following from (
          select distinct f as follower, 1 + (floor(power(${draw(`f::bigint * 64 + j`, 1)}, ${FOLLOWED_EXPONENT}) * ${users})::bigint * 7919 % ${users})::int as following
          from generate_series(1, ${users}) f, generate_series(1, ${Math.round(follows * DRAWN_TWICE)}) j
        ) pairs where follower <> following`,
    },
    {
      name: 'posts',
      sql: `insert into posts (id, author_id, content)
        select ((extract(epoch from timestamptz '2025-01-01')::bigint * 1000 - 946684800000 + n * (31536000000 / ${posts})) << 12) | (1 << 10) | (n & 1023),
          1 + floor(${draw('n', 2)} * ${users})::int, 'what number ' || n || ' has to say about the weather, the river and the road'
        from generate_series(1, ${posts}::bigint) n`,
    },
    {
      name: 'counts',
      sql: `insert into post_counts (post_id) select id from posts;
        insert into user_counts (user_id, posts, followers, following)
        select u.id, coalesce(p.n, 0), coalesce(f.n, 0), coalesce(g.n, 0) from users u
          left join (select author_id, count(*) as n from posts group by 1) p on p.author_id = u.id
          left join (select following_id, count(*) as n from follows group by 1) f on f.following_id = u.id
          left join (select follower_id, count(*) as n from follows group by 1) g on g.follower_id = u.id`,
    },
    { name: 'vacuum', sql: 'vacuum (analyze)' },
  ]
}
