import type { Session } from '../platform/database/copy.ts'
import { insertRows, markThere, refuseDoubles, refuseRows, requireContent, requireUsers } from './staged-checks.ts'

/** Adds the staged comments under their ids. A reply may stand before what it replies to. */
export async function mergeComments(session: Session): Promise<void> {
  const table = 'staged_comments'
  await refuseDoubles(session, table, ['id'], `'comment ' || s.id`)
  await requireUsers(session, table, 'author_id')
  await requireContent(session, table, 'post_id', 'posts')
  const words = ['post_id', 'author_id', 'parent_id', 'text']
  await markThere(session, table, 'comments', { keys: ['id'], words, what: `'comment ' || s.id` })
  await refuseLostReplies(session)
  await insertRows(session, table, 'comments', {
    columns: ['id', 'post_id', 'author_id', 'parent_id', 'text', 'edited_at', 'hidden_at'],
    order: 's.id',
  })
}

/** Whatever cannot be reached from the top of a thread, or from a comment that is there, hangs in the air or in a circle. */
async function refuseLostReplies(session: Session): Promise<void> {
  await session.query('create index on staged_comments (parent_id)')
  await session.query(
    `with recursive held as (
       select s.id, s.post_id from staged_comments s where s.fault is null and not s.there and (s.parent_id is null
         or exists (select from comments c where c.id = s.parent_id and c.post_id = s.post_id))
       union
       select s.id, s.post_id from staged_comments s join held h on s.parent_id = h.id and s.post_id = h.post_id
       where s.fault is null and not s.there
     )
     update staged_comments s set fault = 'what it replies to is no comment of its post, or itself a bad row.'
     where s.fault is null and not s.there and not exists (select from held where held.id = s.id)`,
  )
}

/** Adds the staged likes of posts. */
export async function mergeLikes(session: Session): Promise<void> {
  await mergeLikesOf(session, 'likes', 'post_id', 'posts')
}

/** Adds the staged bookmarks. */
export async function mergeBookmarks(session: Session): Promise<void> {
  await mergeLikesOf(session, 'bookmarks', 'post_id', 'posts')
}

/** Adds the staged likes of comments. */
export async function mergeCommentLikes(session: Session): Promise<void> {
  await mergeLikesOf(session, 'comment_likes', 'comment_id', 'comments')
}

async function mergeLikesOf(session: Session, target: string, column: string, content: 'posts' | 'comments'): Promise<void> {
  const table = `staged_${target}`
  await refuseDoubles(
    session,
    table,
    ['user_id', column],
    `'that ' || s.user_id || ' ${target === 'bookmarks' ? 'bookmarks' : 'likes'} ' || s.${column}`,
  )
  await requireUsers(session, table, 'user_id')
  await requireContent(session, table, column, content)
  await markThere(session, table, target, { keys: ['user_id', column], what: '' })
  const columns = { user_id: 's.user_id', [column]: `s.${column}`, created_at: 'coalesce(s.created_at, now())' }
  await insertRows(session, table, target, { columns, order: 's.created_at, s.line' })
}

/** Adds the staged shares under their ids: one a user and post, and of public posts alone. */
export async function mergeShares(session: Session): Promise<void> {
  const table = 'staged_shares'
  const shared = `'that ' || s.user_id || ' shares ' || s.post_id`
  await refuseDoubles(session, table, ['id'], `'share ' || s.id`)
  await refuseDoubles(session, table, ['user_id', 'post_id'], shared)
  await requireUsers(session, table, 'user_id')
  await requireContent(session, table, 'post_id', 'posts')
  await markThere(session, table, 'shares', { keys: ['id'], words: ['user_id', 'post_id', 'message'], what: `'share ' || s.id` })
  const alike = 'exists (select from shares t where t.user_id = s.user_id and t.post_id = s.post_id)'
  await refuseRows(session, table, `${shared} || ' is there already, with another id.'`, alike)
  const notPublic = `exists (select from posts p where p.id = s.post_id and p.visibility <> 'PUBLIC')`
  await refuseRows(session, table, `'the post ' || s.post_id || ' is not public, and cannot be shared.'`, notPublic)
  await insertRows(session, table, 'shares', { columns: ['id', 'user_id', 'post_id', 'message'], order: 's.id' })
}

/** Adds what people reported. */
export async function mergeReports(session: Session): Promise<void> {
  const table = 'staged_reports'
  await requireUsers(session, table, 'reporter_id', 'user_id')
  await requireContent(session, table, 'post_id', 'posts')
  await requireContent(session, table, 'comment_id', 'comments')
  const same = ['reporter_id', 'post_id', 'comment_id', 'user_id', 'created_at'].map((name) => `t.${name} is not distinct from s.${name}`)
  await session.query(
    `update ${table} s set there = true from reports t where s.fault is null and t.reason = s.reason and ${same.join(' and ')}`,
  )
  await insertRows(session, table, 'reports', {
    columns: {
      ...Object.fromEntries(['reporter_id', 'post_id', 'comment_id', 'user_id', 'reason'].map((name) => [name, `s.${name}`])),
      created_at: 'coalesce(s.created_at, now())',
    },
    order: 's.created_at, s.line',
  })
}
