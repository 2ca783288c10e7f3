import { type Reader, statement } from '../../platform/database/statement.ts'

/** What is between a viewer and one other user. */
export interface Relation {
  userId: number
  viewerFollows: boolean
  followsViewer: boolean
  viewerBlocks: boolean
  blocksViewer: boolean
  viewerMutes: boolean
}

const relationsToUsers = statement<Relation>(
  'relationships.to-users',
  `select u.id as "userId",
     exists (select from follows where follower_id = $1 and following_id = u.id) as "viewerFollows",
     exists (select from follows where follower_id = u.id and following_id = $1) as "followsViewer",
     exists (select from blocks where blocker_id = $1 and blocked_id = u.id) as "viewerBlocks",
     exists (select from blocks where blocker_id = u.id and blocked_id = $1) as "blocksViewer",
     exists (select from mutes where muter_id = $1 and muted_id = u.id) as "viewerMutes"
   from unnest($2::int[]) as u (id)`,
)

/** What is between the viewer and each of these users. */
export function readRelations(reader: Reader, viewerId: number, userIds: readonly number[]): Promise<Relation[]> {
  return reader.rows(relationsToUsers, [viewerId, userIds])
}
