import { tagsOf } from '../domain/posts/post-tags.ts'
import { type CopyRow, copyRows, type Session } from '../platform/database/copy.ts'
import { insertRows, markThere, refuseDoubles, refuseRows, requireContent, requireUsers } from './staged-checks.ts'

const PLAIN = asTheyAre(['id', 'author_id', 'content', 'media_url', 'visibility', 'quoted_post_id', 'edited_at', 'hidden_at', 'pinned_at'])
const SENSITIVE = `coalesce(s.sensitive = 'true', false)`

function asTheyAre(columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column, `s.${column}`]))
}

/** An empty text is none. */
function ifAny(column: string): string {
  return `nullif(s.${column}, '')`
}

/** Adds the staged posts under their ids. A quoted post must be public, and be there or among them. */
export async function mergePosts(session: Session): Promise<void> {
  const table = 'staged_posts'
  await refuseDoubles(session, table, ['id'], `'post ' || s.id`)
  await requireUsers(session, table, 'author_id')
  await recogniseMedia(session, 'update staged_posts s set media_url = t.media_url from posts t where t.id = s.id')
  const words = ['author_id', 'content', 'media_url', 'visibility']
  await markThere(session, table, 'posts', { keys: ['id'], words, what: `'post ' || s.id` })
  await refuseQuotes(session)
  await insertRows(session, table, 'posts', {
    columns: { ...PLAIN, content_warning: ifAny('content_warning'), sensitive: SENSITIVE, language: ifAny('language') },
    order: 's.id',
  })
  await addTagsOf(session, table)
}

const TAGGED_A_BATCH_MAX = 2000

/** Adds the tags of the posts that came in. */
async function addTagsOf(session: Session, table: string): Promise<void> {
  for (let above = 0; ; ) {
    const { rows } = await session.query<{ id: number; content: string }>(
      `select s.id, s.content from ${table} s where s.fault is null and not s.there and s.content ~ '[#＃]' and s.id > $1 order by s.id limit $2`,
      [above, TAGGED_A_BATCH_MAX],
    )
    if (rows.length === 0) return
    const tags = rows.flatMap(({ id, content }) => tagsOf(content).map(({ tag, written }) => [id, tag, written]))
    await copyRows(session, 'post_tags', ['post_id', 'tag', 'written'], inOneBatch(tags))
    above = rows.at(-1)?.id ?? above
  }
}

async function* inOneBatch(rows: CopyRow[]): AsyncGenerator<CopyRow[]> {
  yield rows
}

/** Whoever quotes a post that does not come in, does not come in either; so it is looked for along chains of quotes. */
async function refuseQuotes(session: Session): Promise<void> {
  await refuseRows(
    session,
    'staged_posts',
    `'the post ' || s.quoted_post_id || ' is not public, and cannot be quoted.'`,
    `exists (select from posts p where p.id = s.quoted_post_id and p.visibility <> 'PUBLIC')
     or exists (select from staged_posts p where p.id = s.quoted_post_id and p.visibility <> 'PUBLIC' and p.fault is null)`,
  )
  await session.query(
    `with recursive lost as (
       select s.id from staged_posts s where s.fault is null and not s.there and s.quoted_post_id is not null
         and not exists (select from posts p where p.id = s.quoted_post_id)
         and not exists (select from staged_posts p where p.id = s.quoted_post_id and p.fault is null)
       union
       select s.id from staged_posts s join lost l on s.quoted_post_id = l.id where s.fault is null and not s.there
     )
     update staged_posts s set fault = 'there is no post ' || s.quoted_post_id || ' to quote.'
     from lost where s.id = lost.id and s.fault is null`,
  )
}

/** A row that is there may name an upload where its export has the address: that is the same. */
async function recogniseMedia(session: Session, update: string): Promise<void> {
  await session.query(`${update} and t.media_url = 'media:' || substring(s.media_url from '/([A-Za-z0-9_-]{22})[.]webp$')`)
}

/** Adds the earlier wordings of posts. */
export async function mergePostEdits(session: Session): Promise<void> {
  const table = 'staged_post_edits'
  const what = `'the edit of post ' || s.post_id || ' at this instant'`
  await refuseDoubles(session, table, ['post_id', 'replaced_at'], what)
  await requireContent(session, table, 'post_id', 'posts')
  const edits = 'update staged_post_edits s set media_url = t.media_url from post_edits t where t.post_id = s.post_id'
  await recogniseMedia(session, `${edits} and t.replaced_at = s.replaced_at`)
  await markThere(session, table, 'post_edits', { keys: ['post_id', 'replaced_at'], words: ['content', 'media_url'], what })
  await insertRows(session, table, 'post_edits', {
    columns: {
      ...asTheyAre(['post_id', 'content', 'media_url', 'replaced_at']),
      content_warning: ifAny('content_warning'),
      sensitive: SENSITIVE,
    },
    order: 's.replaced_at, s.line',
  })
}
