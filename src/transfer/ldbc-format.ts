import { acceptDisplayName, acceptUsername } from '../domain/accounts/account-rules.ts'
import { acceptCommentText } from '../domain/interactions/write-comment.ts'
import { acceptContent, acceptMediaUrl } from '../domain/posts/post-rules.ts'
import { refuseInput } from '../refusals.ts'
import { refuseInstant, text } from './column-rules.ts'
import type { Column, Field, FileFormat, FolderFormat, ImportSettings } from './file-format.ts'
import { nexusFormat } from './nexus-format.ts'

/**
 * The CSV of the LDBC Social Network Benchmark (Interactive v1, as its generator writes it): persons, whom they know, their posts,
 * comments and likes. Its columns are told by their place. What else lies there (forums, tags, places) has no counterpart in Nexus.
 */
export function ldbcFormat(settings: ImportSettings): FolderFormat {
  const created = millisecondsColumn(settings.now)
  const files: FileFormat[] = [
    {
      file: 'person_0_0.csv',
      table: 'ldbc_persons',
      columns: [
        external('external_id', 'id'),
        { ...text('first_name', String), header: 'firstName' },
        { ...text('last_name', String), header: 'lastName' },
        ...['gender', 'birthday'].map(unused),
        created,
        ...['locationIP', 'browserUsed', 'language', 'email'].map(unused),
      ],
      judge: (row) => {
        acceptUsername(`ldbc_${row.external_id}`)
        acceptDisplayName(`${row.first_name} ${row.last_name}`)
      },
    },
    {
      file: 'person_knows_person_0_0.csv',
      table: 'ldbc_friendships',
      columns: [external('one', 'Person.id'), external('other', 'Person.id'), created],
      judge: (row) => {
        if (row.one === row.other) throw refuseInput('row', 'a person cannot know themself.')
      },
    },
    {
      file: 'post_0_0.csv',
      table: 'ldbc_posts',
      columns: [
        external('external_id', 'id'),
        photo(settings.publicUrl),
        created,
        ...['locationIP', 'browserUsed', 'language'].map(unused),
        text('content', String),
        unused('length'),
      ],
      judge: (row) => acceptContent(row.content ?? '', row.media_url !== null),
    },
    pair('post_hasCreator_person_0_0.csv', 'ldbc_post_creators', ['external_id', 'Post.id'], ['person', 'Person.id']),
    {
      file: 'comment_0_0.csv',
      table: 'ldbc_comments',
      columns: [
        external('external_id', 'id'),
        created,
        ...['locationIP', 'browserUsed'].map(unused),
        text('content', acceptCommentText),
        unused('length'),
      ],
    },
    pair('comment_hasCreator_person_0_0.csv', 'ldbc_comment_creators', ['external_id', 'Comment.id'], ['person', 'Person.id']),
    pair('comment_replyOf_post_0_0.csv', 'ldbc_replies_to_posts', ['external_id', 'Comment.id'], ['parent', 'Post.id']),
    pair('comment_replyOf_comment_0_0.csv', 'ldbc_replies_to_comments', ['external_id', 'Comment.id'], ['parent', 'Comment.id']),
    likes('person_likes_post_0_0.csv', 'ldbc_likes', 'Post.id', created),
    likes('person_likes_comment_0_0.csv', 'ldbc_comment_likes', 'Comment.id', created),
  ]
  return {
    name: 'ldbc-snb',
    dialect: { delimiter: '|', quote: false },
    fixedHeaders: true,
    files,
    unused: /^(comment|forum|organisation|person|place|post|tag|tagclass)(_[A-Za-z]+)*_0_0\.csv$/,
    resolved: nexusFormat(settings).files,
  }
}

/** An id of the benchmark's: a number of up to 64 bits, and for us a name. */
function external(name: string, header: string): Column {
  const read = (field: Field) => {
    if (!/^\d{1,20}$/.test(field ?? '')) throw refuseInput(name, `${header} must be a number of at most 20 digits.`)
    return field
  }
  return { name, header, type: 'text', required: true, read }
}

function unused(name: string): Column {
  return { name, type: 'unused', required: true, read: () => null }
}

function millisecondsColumn(now: Date): Column {
  const read = (field: Field) => {
    if (!/^\d{1,15}$/.test(field ?? '')) throw refuseInput('creationDate', 'creationDate must be a number of milliseconds since 1970.')
    refuseInstant('creationDate', Number(field), now)
    return new Date(Number(field)).toISOString()
  }
  return { name: 'created_at', header: 'creationDate', type: 'timestamptz', required: true, read }
}

function photo(publicUrl: string): Column {
  const read = (field: Field) => (field === null ? null : acceptMediaUrl(`${publicUrl}/ldbc/${encodeURIComponent(field)}`))
  return { name: 'media_url', header: 'imageFile', type: 'text', required: true, read }
}

function pair(file: string, table: string, one: readonly [string, string], other: readonly [string, string]): FileFormat {
  return { file, table, columns: [external(...one), external(...other)] }
}

function likes(file: string, table: string, header: string, created: Column): FileFormat {
  return { file, table, columns: [external('person', 'Person.id'), external('liked', header), created] }
}
