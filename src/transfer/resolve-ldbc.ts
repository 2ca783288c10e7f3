import type { Session } from '../platform/database/copy.ts'
import { refuseDoubles, refuseRows } from './staged-checks.ts'

/** The source under which imported_ids keeps what a person, post or comment of the benchmark became. */
const SOURCE = 'ldbc-snb'

type Kind = 'user' | 'post' | 'comment'

/** The staged persons as users: those imported before keep their id, the others get one, the first to sign up first. */
export async function resolvePersons(session: Session): Promise<void> {
  await refuseDoubles(session, 'ldbc_persons', ['external_id'], `'person ' || s.external_id`)
  await session.query(
    `insert into staged_users (line, fault, there, id, username, email, display_name, bio, role, created_at)
     select p.line, p.fault, p.id is not null, coalesce(p.id, case when p.fault is null then nextval('users_id_seq') end),
       'ldbc_' || p.external_id, 'ldbc_' || p.external_id || '@ldbc.invalid', p.first_name || ' ' || p.last_name, '', 'user', p.created_at
     from (select l.*, i.id from ldbc_persons l left join ${known('user', 'i', 'l.external_id')} order by l.created_at, l.line) p`,
  )
}

/** Friendships as two follows each. Where one of the two has left since, there is nothing to be done. */
export async function resolveFriendships(session: Session): Promise<void> {
  const table = 'ldbc_friendships'
  for (const person of ['one', 'other']) await requireKnown(session, table, person, 'user')
  await session.query(
    `update ${table} s set fault = 'that ' || s.one || ' and ' || s.other || ' know each other stands on line ' || d.line || ' already.'
     from (select least(one, other) as one, greatest(one, other) as other, min(line) as line from ${table}
           where fault is null group by 1, 2 having count(*) > 1) d
     where least(s.one, s.other) = d.one and greatest(s.one, s.other) = d.other and s.line > d.line and s.fault is null`,
  )
  const direction = (one: string, other: string) =>
    `select f.line, f.fault, ${gone('users', 'a')} or ${gone('users', 'b')}, a.id::int, b.id::int, f.created_at
     from ${table} f left join ${known('user', 'a', `f.${one}`)} left join ${known('user', 'b', `f.${other}`)}`
  await session.query(
    `insert into staged_follows (line, fault, there, follower_id, following_id, created_at)
     ${direction('one', 'other')} union all ${direction('other', 'one')} where f.fault is null`,
  )
}

/** Posts, each with its creator and an id that holds its time: of those of one millisecond, in the order of the file. */
export async function resolvePosts(session: Session): Promise<void> {
  await refuseDoubles(session, 'ldbc_posts', ['external_id'], `'post ' || s.external_id`)
  await requireStaged(session, 'ldbc_post_creators', 'post', 'ldbc_posts')
  await refuseDoubles(session, 'ldbc_post_creators', ['external_id'], `'the creator of post ' || s.external_id`)
  await requireKnown(session, 'ldbc_post_creators', 'person', 'user')
  await requireCreator(session, 'ldbc_posts', 'post', 'ldbc_post_creators')
  await session.query(
    `with ${newIds(1, 'post', 'ldbc_posts')}
     insert into staged_posts (line, fault, there, id, author_id, content, media_url, visibility)
     select p.line, p.fault, i.id is not null, coalesce(i.id, made.id), author.id::int, p.content, p.media_url, 'PUBLIC'
     from ldbc_posts p left join ${known('post', 'i', 'p.external_id')} left join made using (line)
       left join ldbc_post_creators c on c.external_id = p.external_id and c.fault is null left join ${known('user', 'author', 'c.person')}`,
  )
}

/** Comments with the post that their thread is of, however deep they stand in it. */
export async function resolveComments(session: Session): Promise<void> {
  await refuseDoubles(session, 'ldbc_comments', ['external_id'], `'comment ' || s.external_id`)
  await requireStaged(session, 'ldbc_comment_creators', 'comment', 'ldbc_comments')
  await refuseDoubles(session, 'ldbc_comment_creators', ['external_id'], `'the creator of comment ' || s.external_id`)
  await requireKnown(session, 'ldbc_comment_creators', 'person', 'user')
  await requireCreator(session, 'ldbc_comments', 'comment', 'ldbc_comment_creators')
  await resolveThreads(session)
  await session.query(
    `with ${newIds(3, 'comment', 'ldbc_comments')}, numbered as materialized (
       select c.line, c.fault, c.external_id, c.content, i.id is not null as there, coalesce(i.id, made.id) as id
       from ldbc_comments c left join ${known('comment', 'i', 'c.external_id')} left join made using (line)
     )
     insert into staged_comments (line, fault, there, id, post_id, author_id, parent_id, text)
     select n.line, n.fault, n.there, n.id, post.id, author.id::int, parent.id, n.content
     from numbered n
       left join ldbc_comment_creators c on c.external_id = n.external_id and c.fault is null left join ${known('user', 'author', 'c.person')}
       left join ldbc_threads t on t.comment = n.external_id left join ${known('post', 'post', 't.post')}
       left join numbered parent on parent.external_id = t.parent and parent.fault is null`,
  )
}

/** Which post each comment is under, and what it replies to. A comment that no thread leads to is a bad row. */
async function resolveThreads(session: Session): Promise<void> {
  await requireKnown(session, 'ldbc_replies_to_posts', 'parent', 'post')
  await requireStaged(session, 'ldbc_replies_to_comments', 'comment', 'ldbc_comments', 'parent')
  for (const table of ['ldbc_replies_to_posts', 'ldbc_replies_to_comments']) {
    await requireStaged(session, table, 'comment', 'ldbc_comments')
    await refuseDoubles(session, table, ['external_id'], `'what comment ' || s.external_id || ' replies to'`)
  }
  const both = 'exists (select from ldbc_replies_to_posts r where r.external_id = s.external_id and r.fault is null)'
  await refuseRows(session, 'ldbc_replies_to_comments', `'comment ' || s.external_id || ' replies to a post already.'`, both)
  await session.query('create temp table ldbc_threads (comment text, parent text, post text) on commit drop')
  await session.query('create index on ldbc_replies_to_comments (parent)')
  await session.query(
    `insert into ldbc_threads with recursive threads as (
       select r.external_id as comment, null::text as parent, r.parent as post from ldbc_replies_to_posts r
       join ldbc_comments c on c.external_id = r.external_id and c.fault is null where r.fault is null
       union all
       select r.external_id, r.parent, t.post from threads t join ldbc_replies_to_comments r on r.parent = t.comment and r.fault is null
       join ldbc_comments c on c.external_id = r.external_id and c.fault is null
     ) select * from threads`,
  )
  await session.query('analyze ldbc_threads')
  const lost = 'not exists (select from ldbc_threads t where t.comment = s.external_id)'
  await refuseRows(session, 'ldbc_comments', `'comment ' || s.external_id || ' is in no thread that leads to a post.'`, lost)
}

/** Likes of posts, or of comments. Where the person or what they liked has gone since, there is nothing to be done. */
export async function resolveLikes(session: Session, kind: 'post' | 'comment'): Promise<void> {
  const [table, target] = kind === 'post' ? ['ldbc_likes', 'staged_likes'] : ['ldbc_comment_likes', 'staged_comment_likes']
  await requireKnown(session, table, 'person', 'user')
  await requireKnown(session, table, 'liked', kind)
  await refuseDoubles(session, table, ['person', 'liked'], `'that ' || s.person || ' likes ' || s.liked`)
  await session.query(
    `insert into ${target} (line, fault, there, user_id, ${kind}_id, created_at)
     select l.line, l.fault, ${gone('users', 'a')} or ${gone(`${kind}s`, 'c')}, a.id::int, c.id, l.created_at
     from ${table} l left join ${known('user', 'a', 'l.person')} left join ${known(kind, 'c', 'l.liked')}`,
  )
}

/** Remembers what was added, so that another import of the same finds it. */
export async function rememberIds(session: Session, kind: Kind, external: string, staged: string): Promise<void> {
  await session.query(
    `insert into imported_ids (source, kind, external_id, id)
     select '${SOURCE}', '${kind}', e.external_id, s.id from ${external} e join ${staged} s using (line)
     where s.fault is null and not s.there`,
  )
}

/** For a join: the row of what was imported under an id of the benchmark's. */
function known(kind: Kind, alias: string, external: string): string {
  return `imported_ids ${alias} on ${alias}.source = '${SOURCE}' and ${alias}.kind = '${kind}' and ${alias}.external_id = ${external}`
}

function isUnknown(kind: Kind, external: string): string {
  return `not exists (select from imported_ids k where k.source = '${SOURCE}' and k.kind = '${kind}' and k.external_id = ${external})`
}

/** Imported once, and not there any more. */
function gone(table: string, alias: string): string {
  const open = table === 'users' ? ' and t.closed_at is null' : ''
  return `(${alias}.id is not null and not exists (select from ${table} t where t.id = ${alias}.id${open}))`
}

async function requireKnown(session: Session, table: string, column: string, kind: Kind): Promise<void> {
  const noun = kind === 'user' ? 'person' : kind
  await refuseRows(session, table, `'there is no ${noun} ' || s.${column} || '.'`, isUnknown(kind, `s.${column}`))
}

async function requireStaged(session: Session, table: string, noun: string, staged: string, column = 'external_id'): Promise<void> {
  const unknown = `not exists (select from ${staged} t where t.external_id = s.${column} and t.fault is null)`
  await refuseRows(session, table, `'there is no ${noun} ' || s.${column} || '.'`, unknown)
}

async function requireCreator(session: Session, table: string, noun: string, creators: string): Promise<void> {
  const without = `not exists (select from ${creators} c where c.external_id = s.external_id and c.fault is null)`
  await refuseRows(session, table, `'${noun} ' || s.external_id || ' has no creator.'`, without)
}

/** Ids for the rows that have none yet, in the order of their times, as `made (line, id)`. */
function newIds(kindNumber: number, kind: Kind, table: string): string {
  return `fresh as (
      select n.line, n.created_at, row_number() over (order by n.created_at, n.line) as place
      from ${table} n where n.fault is null and ${isUnknown(kind, 'n.external_id')}
    ), made as materialized (
      select fresh.line, given.id from fresh join
        unnest((select new_ids(${kindNumber}, coalesce(array_agg(created_at order by place), '{}')) from fresh)) with ordinality as given (id, place)
        using (place)
    )`
}
