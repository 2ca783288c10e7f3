import { acceptBio, acceptDisplayName, acceptEmail, acceptProfilePicture, acceptUsername } from '../domain/accounts/account-rules.ts'
import { acceptText } from '../domain/input/text-rules.ts'
import { acceptCommentText } from '../domain/interactions/write-comment.ts'
import { acceptContent, acceptContentWarning, acceptLanguage, acceptMediaUrl } from '../domain/posts/post-rules.ts'
import { instantOfId } from '../platform/ids.ts'
import { refuseInput } from '../refusals.ts'
import { choice, contentId, instant, optional, parseInstant, passwordHash, text, userId } from './column-rules.ts'
import type { Column, Field, FileFormat, FolderFormat, ImportSettings } from './file-format.ts'

// As domain/interactions/share-post.ts and domain/moderation/report.ts have them.
const MESSAGE_LENGTH_MAX = 500
const REASON_LENGTH_MAX = 1000

/** Nexus's own folder, which export writes: docs/import-and-export.md describes it. The order is that of import. */
export function nexusFormat({ now, withSecrets }: ImportSettings): FolderFormat {
  const at = (name: string) => instant(name, now)
  const mark = (name: string) => optional(at(name))
  const id = (name: string, kind: 'post' | 'share' | 'comment') => contentId(name, kind, now)
  const ofId = mark('created_at')
  const files: FileFormat[] = [
    {
      file: 'users.csv',
      table: 'staged_users',
      columns: [
        userId('id'),
        text('username', acceptUsername),
        text('email', acceptEmail),
        optional(text('display_name', acceptDisplayName)),
        { ...text('bio', acceptBio), required: false },
        optional(text('profile_picture', acceptProfilePicture)),
        choice('role', 'text', ['user', 'admin']),
        mark('created_at'),
        mark('email_verified_at'),
        mark('suspended_at'),
        passwordHash('password', withSecrets),
      ],
    },
    pairs('blocks.csv', 'blocker_id', 'blocked_id', mark('created_at')),
    pairs('follows.csv', 'follower_id', 'following_id', mark('created_at')),
    pairs('mutes.csv', 'muter_id', 'muted_id', mark('created_at')),
    {
      file: 'posts.csv',
      table: 'staged_posts',
      columns: [
        id('id', 'post'),
        userId('author_id'),
        words('content'),
        optional(text('media_url', acceptMediaUrl)),
        choice('visibility', 'visibility', ['PUBLIC', 'FOLLOWERS']),
        optional(id('quoted_post_id', 'post')),
        ofId,
        mark('edited_at'),
        mark('hidden_at'),
        optional(text('content_warning', (warning) => acceptContentWarning(warning) ?? '')),
        choice('sensitive', 'text', ['false', 'true']),
        optional(text('language', (language) => acceptLanguage(language) ?? '')),
        mark('pinned_at'),
      ],
      judge: (row) => {
        judgeWords(row)
        judgeInstant(row)
      },
    },
    {
      file: 'post_edits.csv',
      table: 'staged_post_edits',
      columns: [
        id('post_id', 'post'),
        words('content'),
        optional(text('media_url', acceptMediaUrl)),
        at('replaced_at'),
        optional(text('content_warning', (warning) => acceptContentWarning(warning) ?? '')),
        choice('sensitive', 'text', ['false', 'true']),
      ],
      judge: judgeWords,
    },
    {
      file: 'comments.csv',
      table: 'staged_comments',
      columns: [
        id('id', 'comment'),
        id('post_id', 'post'),
        userId('author_id'),
        optional(id('parent_id', 'comment')),
        text('text', acceptCommentText),
        ofId,
        mark('edited_at'),
        mark('hidden_at'),
      ],
      judge: judgeInstant,
    },
    { file: 'likes.csv', table: 'staged_likes', columns: [userId('user_id'), id('post_id', 'post'), mark('created_at')] },
    { file: 'bookmarks.csv', table: 'staged_bookmarks', columns: [userId('user_id'), id('post_id', 'post'), mark('created_at')] },
    {
      file: 'comment_likes.csv',
      table: 'staged_comment_likes',
      columns: [userId('user_id'), id('comment_id', 'comment'), mark('created_at')],
    },
    {
      file: 'shares.csv',
      table: 'staged_shares',
      columns: [id('id', 'share'), userId('user_id'), id('post_id', 'post'), optional(text('message', acceptMessage)), ofId],
      judge: judgeInstant,
    },
    {
      file: 'reports.csv',
      table: 'staged_reports',
      columns: [
        optional(userId('reporter_id')),
        optional(id('post_id', 'post')),
        optional(id('comment_id', 'comment')),
        optional(userId('user_id')),
        text('reason', acceptReason),
        at('created_at'),
      ],
      judge: (row) => {
        const about = [row.post_id, row.comment_id, row.user_id].filter((id) => id !== null)
        if (about.length > 1) throw refuseInput('row', 'a report is about one thing: a post, a comment or a user.')
      },
    },
  ]
  return { name: 'nexus', dialect: { delimiter: ',', quote: '"' }, fixedHeaders: false, files, resolved: [] }
}

function pairs(file: string, one: string, other: string, createdAt: Column): FileFormat {
  return {
    file,
    table: `staged_${file.replace('.csv', '')}`,
    columns: [userId(one), userId(other), createdAt],
    judge: (row) => {
      if (row[one] === row[other]) throw refuseInput('row', `${one} and ${other} are the same user.`)
    },
  }
}

/** Its length is judged with the row, which says whether there is media. */
function words(name: string): Column {
  return { name, type: 'text', required: true, read: (field) => field ?? '' }
}

function judgeWords(row: Readonly<Record<string, Field>>): void {
  acceptContent(row.content ?? '', row.media_url !== null)
}

/** Who changes the time of a row must know that the id holds it: so the two must agree, to the millisecond, and are not silently one's. */
function judgeInstant(row: Readonly<Record<string, Field>>): void {
  if (row.created_at === null || row.created_at === undefined) return
  if (parseInstant(row.created_at) !== instantOfId(Number(row.id)).getTime()) {
    throw refuseInput('created_at', `created_at is not the instant in the id, which is ${instantOfId(Number(row.id)).toISOString()}.`)
  }
}

function acceptMessage(message: string): string {
  return acceptText(message, { field: 'message', min: 0, max: MESSAGE_LENGTH_MAX })
}

function acceptReason(reason: string): string {
  return acceptText(reason, { field: 'reason', min: 1, max: REASON_LENGTH_MAX })
}
