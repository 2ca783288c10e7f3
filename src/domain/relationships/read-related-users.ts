import type { Reader } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'
import { fillSpan, type Span, type SpanRows, type SpanStatements, spanStatements } from '../input/span-rules.ts'

/** One row of a list of related users: whose list, its key, and the user in it. The newest relation stands first. */
export interface RelatedUser {
  ownerId: number
  key: number
  userId: number
}

export type RelatedList = 'followers' | 'following' | 'blocked' | 'muted'

// The owners come as an array, so that the followers of twenty users are one statement.
const LISTS: Record<RelatedList, SpanStatements<RelatedUser>> = {
  followers: listStatements('relationships.followers', { table: 'follows', owner: 'following_id', other: 'follower_id' }),
  following: listStatements('relationships.following', { table: 'follows', owner: 'follower_id', other: 'following_id' }),
  blocked: listStatements('relationships.blocked', { table: 'blocks', owner: 'blocker_id', other: 'blocked_id' }),
  muted: listStatements('relationships.muted', { table: 'mutes', owner: 'muter_id', other: 'muted_id' }),
}

function listStatements(
  name: string,
  { table, owner, other }: { table: string; owner: string; other: string },
): SpanStatements<RelatedUser> {
  return spanStatements(
    name,
    (order) => `select o.id as "ownerId", r.key, r."userId" from unnest($1::int[]) as o (id)
     cross join lateral (
       select t.id as key, t.${other} as "userId" from ${table} t join users u on u.id = t.${other}
       where t.${owner} = o.id and t.id < $2 and t.id > $4 and u.closed_at is null order by t.id ${order} limit $3
     ) r order by o.id, r.key ${order}`,
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
  const rows = await reader.rows(LISTS[list].upper, [ownerIds, page.key, page.limit + 1, 0])
  const byOwner = Map.groupBy(rows, (row) => row.ownerId)
  return new Map(ownerIds.map((id) => [id, sliceOf(byOwner.get(id) ?? [], page.limit, (row) => row.key)]))
}

/** A part of the list of one owner. */
export function readRelatedSpan(reader: Reader, list: RelatedList, ownerId: number, span: Span): Promise<SpanRows<RelatedUser>> {
  return fillSpan(span, {
    read: ({ below, above, from, limit }) => reader.rows(LISTS[list][from], [[ownerId], below, limit, above]),
    keyOf: ({ key }) => key,
    maySee: () => true,
  })
}
