/**
 * The columns of AuthorFacts for a statement that has the author's row as `author`; the viewer's id (0 for a visitor) is the
 * parameter that is named. So the facts come with the row, in one statement, and the rules stay pure. The limits keep each at one probe of
 * an index a row: `exists` alone may be planned as a hash of everybody whom the viewer follows.
 */
export function authorFactsColumns(author: string, viewer: string): string {
  return `${author}.id as "authorId", ${author}.suspended_at is not null as "authorSuspended", ${author}.closed_at is not null as "authorClosed",
    (select true from follows where follower_id = ${viewer} and following_id = ${author}.id limit 1) is not null as "viewerFollowsAuthor",
    (select true from blocks where blocker_id = ${viewer} and blocked_id = ${author}.id limit 1) is not null
      or (select true from blocks where blocker_id = ${author}.id and blocked_id = ${viewer} limit 1) is not null as "blockedEitherWay"`
}
