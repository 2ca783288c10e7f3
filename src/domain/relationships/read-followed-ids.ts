import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'

const followedIds = statement<{ ids: number[] }>(
  'relationships.followed-ids',
  'select array(select following_id from follows where follower_id = $1) as ids',
)

/** The ids of all whom a user follows, in no order: at most 10,000. */
export async function readFollowedIds(reader: Reader, userId: number): Promise<number[]> {
  return (await firstRow(reader, followedIds, [userId]))?.ids ?? []
}

const followersAmong = statement<{ id: number }>(
  'relationships.followers-among',
  'select follower_id as id from follows where following_id = $1 and follower_id = any($2::int[])',
)

/** Those of these users who follow one. */
export async function readFollowersAmong(reader: Reader, userId: number, among: readonly number[]): Promise<number[]> {
  return among.length === 0 ? [] : (await reader.rows(followersAmong, [userId, among])).map(({ id }) => id)
}
