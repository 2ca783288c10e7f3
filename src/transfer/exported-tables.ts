interface ExportedTable {
  file: string
  query: string
}

/** To the microsecond, in UTC: as exact as the database is. */
function at(column: string): string {
  const name = column.split('.').at(-1)
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as ${name}`
}

const OPEN_USERS = 'open_users as (select * from users where closed_at is null)'
const OPEN_POSTS = `${OPEN_USERS}, open_posts as (select p.* from posts p join open_users u on u.id = p.author_id)`
/** Comments without those of closed accounts and whatever was replied below these: so they are about to be deleted. */
const OPEN_COMMENTS = `${OPEN_POSTS}, closed_comments as (
    select c.id from comments c join users u on u.id = c.author_id where u.closed_at is not null
    union select c.id from comments c join closed_comments d on c.parent_id = d.id
  ), open_comments as (
    select c.* from comments c join open_posts p on p.id = c.post_id where not exists (select from closed_comments d where d.id = c.id)
  )`

export interface ExportSettings {
  withSecrets: boolean
  /** Where the files of uploads are reached: their posts name them by address, since the files themselves do not come along. */
  mediaUrl: string
}

/** The URL of a row, or the address of the upload that it names (domain/media/media-urls.ts). */
function shownUrl(column: string, mediaUrl: string): string {
  const base = `'${mediaUrl.replaceAll("'", "''")}/'`
  return `case when ${column} ~ '^media:' then ${base} || substr(${column}, 7) || '.webp' else ${column} end as media_url`
}

/** Each file of an export, and the query that fills it. Rows stand in the order in which they were made. */
export function exportedTables({ withSecrets, mediaUrl }: ExportSettings): ExportedTable[] {
  return [
    {
      file: 'users.csv',
      query: `select id, username, email, display_name, bio, profile_picture, role, ${at('created_at')}, ${at('email_verified_at')},
        ${at('suspended_at')}${withSecrets ? ', password' : ''} from users where closed_at is null order by id`,
    },
    pairs('blocks', 'blocker_id', 'blocked_id'),
    pairs('follows', 'follower_id', 'following_id'),
    pairs('mutes', 'muter_id', 'muted_id'),
    {
      file: 'posts.csv',
      query: `with ${OPEN_POSTS} select p.id, p.author_id, p.content, ${shownUrl('p.media_url', mediaUrl)}, p.visibility, q.id as quoted_post_id, ${at('p.created_at')},
        ${at('p.edited_at')}, ${at('p.hidden_at')}, p.content_warning, p.sensitive::text as sensitive, p.language, ${at('p.pinned_at')}
        from open_posts p left join open_posts q on q.id = p.quoted_post_id order by p.id`,
    },
    {
      file: 'post_edits.csv',
      query: `with ${OPEN_POSTS} select e.post_id, e.content, ${shownUrl('e.media_url', mediaUrl)}, ${at('e.replaced_at')}, e.content_warning,
        e.sensitive::text as sensitive
        from post_edits e join open_posts p on p.id = e.post_id order by e.id`,
    },
    {
      file: 'comments.csv',
      query: `with recursive ${OPEN_COMMENTS} select id, post_id, author_id, parent_id, text, ${at('created_at')}, ${at('edited_at')},
        ${at('hidden_at')} from open_comments order by id`,
    },
    {
      file: 'likes.csv',
      query: `with ${OPEN_POSTS} select l.user_id, l.post_id, ${at('l.created_at')}
        from likes l join open_users u on u.id = l.user_id join open_posts p on p.id = l.post_id order by l.id`,
    },
    {
      file: 'bookmarks.csv',
      query: `with ${OPEN_POSTS} select b.user_id, b.post_id, ${at('b.created_at')}
        from bookmarks b join open_users u on u.id = b.user_id join open_posts p on p.id = b.post_id order by b.id`,
    },
    {
      file: 'comment_likes.csv',
      query: `with recursive ${OPEN_COMMENTS} select l.user_id, l.comment_id, ${at('l.created_at')}
        from comment_likes l join open_users u on u.id = l.user_id join open_comments c on c.id = l.comment_id order by l.id`,
    },
    {
      file: 'shares.csv',
      query: `with ${OPEN_POSTS} select s.id, s.user_id, s.post_id, s.message, ${at('s.created_at')}
        from shares s join open_users u on u.id = s.user_id join open_posts p on p.id = s.post_id order by s.id`,
    },
    {
      file: 'reports.csv',
      query: `with recursive ${OPEN_COMMENTS} select r.reporter_id, p.id as post_id, c.id as comment_id, u.id as user_id, r.reason, ${at('r.created_at')}
        from reports r left join open_posts p on p.id = r.post_id left join open_comments c on c.id = r.comment_id
        left join open_users u on u.id = r.user_id
        where r.reporter_id is null or exists (select from open_users o where o.id = r.reporter_id) order by r.id`,
    },
  ]
}

function pairs(table: string, one: string, other: string): ExportedTable {
  return {
    file: `${table}.csv`,
    query: `with ${OPEN_USERS} select t.${one}, t.${other}, ${at('t.created_at')}
      from ${table} t join open_users a on a.id = t.${one} join open_users b on b.id = t.${other} order by t.id`,
  }
}
