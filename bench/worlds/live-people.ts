import { openAccessTokens } from '../../src/domain/accounts/access-tokens.ts'
import { onServer } from '../measure/open-bench-server.ts'

/** People who follow each other, each with one post and a token. */
export interface LivePeople {
  tokens: string[]
  posts: string[]
  followsEach: number
}

const FOLLOWS_EACH = 100

/** Makes them in an empty, migrated database, by SQL: what is measured is what comes afterwards. */
export async function signUpPeople(databaseUrl: string, secret: string, count: number): Promise<LivePeople> {
  const follows = Math.min(FOLLOWS_EACH, count - 1)
  await onServer(
    databaseUrl,
    `insert into users (username, email, password) select 'live' || n, 'live' || n || '@bench.test', null from generate_series(1, ${count}) n`,
  )
  await onServer(
    databaseUrl,
    `insert into follows (follower_id, following_id)
     select follower.id, following.id from (select id, row_number() over (order by id) - 1 as place from users) follower
       cross join generate_series(1, ${follows}) step
       join (select id, row_number() over (order by id) - 1 as place from users) following
         on following.place = (follower.place + step * 7) % ${count}
     where follower.id <> following.id on conflict do nothing`,
  )
  const { rows: posts } = await onServer(
    databaseUrl,
    `insert into posts (author_id, content) select id, 'words' from users where username like 'live%' order by id returning id::text, author_id as "authorId"`,
  )
  const { rows: sessions } = await onServer(
    databaseUrl,
    `insert into sessions (user_id, expires_at) select id, now() + interval '60 days' from users where username like 'live%'
     returning user_id as "userId", id as "sessionId"`,
  )
  await onServer(databaseUrl, 'analyze')
  const tokens = openAccessTokens(secret)
  const byUser = new Map<number, string>()
  for (const { userId, sessionId } of sessions) byUser.set(userId, await tokens.issue({ userId, sessionId }))
  return {
    followsEach: follows,
    posts: posts.map(({ id }) => id),
    tokens: posts.map(({ authorId }) => byUser.get(authorId) ?? ''),
  }
}
