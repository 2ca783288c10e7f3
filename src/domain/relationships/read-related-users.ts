import { type Reader, type Statement, statement } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'

/** One row of a list of related users: whose list, its key, and the user in it. The newest relation stands first. */
export interface RelatedUser {
  ownerId: number
  key: number
  userId: number
}

export type RelatedList = 'followers' | 'following' | 'blocked' | 'muted'

// The owners come as an array, so that the followers of twenty users are one statement.
const LISTS: Record<RelatedList, Statement<RelatedUser>> = {
  followers: listStatement('relationships.followers', { table: 'follows', owner: 'following_id', other: 'follower_id' }),
  following: listStatement('relationships.following', { table: 'follows', owner: 'follower_id', other: 'following_id' }),
  blocked: listStatement('relationships.blocked', { table: 'blocks', owner: 'blocker_id', other: 'blocked_id' }),
  muted: listStatement('relationships.muted', { table: 'mutes', owner: 'muter_id', other: 'muted_id' }),
}

function listStatement(name: string, { table, owner, other }: { table: string; owner: string; other: string }): Statement<RelatedUser> {
  return statement(
    name,
    `select o.id as "ownerId", r.key, r."userId" from unnest($1::int[]) as o (id)
     cross join lateral (
       select t.id as key, t.${other} as "userId" from ${table} t join users u on u.id = t.${other}
       where t.${owner} = o.id and t.id < $2 and u.closed_at is null order by t.id desc limit $3
     ) r order by o.id, r.key desc`,
  )
}

/** One page of a list for each owner. @throws BAD_USER_INPUT */
export async function readRelatedUsers(
  reader: Reader,
  list: RelatedList,
  ownerIds: readonly number[],
  args: PageArgs,
): Promise<Map<number, Slice<RelatedUser>>> {
  const page = acceptPage(list, 'newest-first', args)
  const rows = await reader.rows(LISTS[list], [ownerIds, page.key, page.limit + 1])
  const byOwner = Map.groupBy(rows, (row) => row.ownerId)
  return new Map(ownerIds.map((id) => [id, sliceOf(byOwner.get(id) ?? [], page.limit, (row) => row.key)]))
}
