import { type Reader, statement } from '../../platform/database/statement.ts'
import { acceptFirst, type PageArgs } from '../input/page-rules.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import { acceptQuery, parseQuery } from './parse-query.ts'
import { readGroups } from './read-words.ts'
import { makeSearchCursor, readSearchCursor } from './search-cursors.ts'
import { NOTHING, peopleQueries, postQuery } from './write-tsquery.ts'

export interface FoundPeople {
  found: { userId: number; cursor: string }[]
  hasNextPage: boolean
  endCursor: string | null
}

const SEARCH_PEOPLE_LIST = 'search-users'
/** Of more whose names match, the oldest accounts and those whom the looker follows are ranked. */
const NAMED_MAX = 400
/** Bios are looked into where fewer than so many are found by name, and then so many of them. */
const DESCRIBED_MAX = 200

/** `place`: smaller is better. */
interface RankedPerson {
  userId: number
  place: number
}

// The place: who has exactly that username; then whose names begin so, those followed first, usernames before other names; then who is nearly
// named so; then whose bio has the words. Among equals the shorter username, then the older account. The limits of 1 keep to a probe a person.
const people = statement<RankedPerson>(
  'search.ranked-people',
  `with named as (
     select user_id from user_words where words @@ $3::tsquery order by user_id limit ${NAMED_MAX}
   ), begun as (
     select id as user_id from users
     where lower(username) ~>=~ $1 and lower(username) ~<~ ($1 || '~') and closed_at is null and suspended_at is null
     order by lower(username) using ~<~ limit ${NAMED_MAX}
   ), followed as (
     select f.following_id as user_id from follows f
     cross join lateral (select words from user_words where user_id = f.following_id limit 1) w
     where f.follower_id = $5 and w.words @@ $3::tsquery and (select count(*) from named) = ${NAMED_MAX}
   ), described as (
     select user_id from user_words where words @@ $4::tsquery and (select count(*) from named) < ${DESCRIBED_MAX}
     order by user_id desc limit ${DESCRIBED_MAX}
   ), found as (
     select user_id from named union select user_id from begun union select user_id from followed union select user_id from described
   ), ranked as (
     select u.id, char_length(u.username) + 100 * case
         when lower(u.username) = $1 then 0
         when lower(u.username) ~>=~ $1 and lower(u.username) ~<~ ($1 || '~') then case when follows then 1 else 3 end
         when w.words @@ $2::tsquery then case when follows then 2 else 4 end
         when w.words @@ $3::tsquery then case when follows then 5 else 6 end
         when follows then 7 else 8 end as place
     from found
     cross join lateral (select * from users where id = found.user_id and closed_at is null and suspended_at is null limit 1) u
     cross join lateral (select words from user_words where user_id = found.user_id limit 1) w
     cross join lateral (select (select true from follows where follower_id = $5 and following_id = u.id limit 1) is not null as follows) relation
   )
   select id as "userId", place from ranked where (place, id) > ($6::int, $7::bigint) order by place, id limit $8`,
)

/**
 * One page of the people who are found by username, display name or bio, the best first; those who are suspended or gone are not.
 * @throws BAD_USER_INPUT for query, first and after
 */
export async function searchPeople(
  reader: Reader,
  given: string,
  { first, after }: PageArgs,
  looker: Looker | undefined,
): Promise<FoundPeople> {
  const limit = acceptFirst(first)
  const query = acceptQuery(given)
  const [place = -1, userId = 0] =
    after === undefined || after === null ? [] : readSearchCursor(SEARCH_PEOPLE_LIST, query, after, ['id', 'id'])
  const groups = await readGroups(reader, parseQuery(query))
  const { names, likeNames } = peopleQueries(groups) ?? { names: NOTHING, likeNames: NOTHING }
  const values = [usernameOf(query), names, likeNames, postQuery(groups) ?? NOTHING, looker?.id ?? 0]
  const rows = await reader.rows(people, [...values, Math.min(place, PLACE_MAX), userId, limit + 1])
  const cursorOf = (row: RankedPerson) => makeSearchCursor(SEARCH_PEOPLE_LIST, query, [row.place, row.userId])
  const found = rows.slice(0, limit).map((row) => ({ userId: row.userId, cursor: cursorOf(row) }))
  return { found, hasNextPage: rows.length > limit, endCursor: found.at(-1)?.cursor ?? null }
}

const PLACE_MAX = 1_000_000
/** Behind every username. */
const NO_USERNAME = '~'

/** What a username would have to begin with. */
function usernameOf(query: string): string {
  const name = query.trim().replace(/^@/, '').toLowerCase()
  return /^[a-z0-9_.]+$/.test(name) ? name : NO_USERNAME
}
