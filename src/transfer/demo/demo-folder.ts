import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DEMO_PEOPLE } from './demo-people.ts'
import type { DemoPost } from './demo-posts.ts'

type Cell = string | number | null

/** Writes a folder as an import reads it: a file for each name, its first row the columns. */
export async function writeFolder(folder: string, files: Record<string, Cell[][]>): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, rows] of Object.entries(files)) {
    const lines = rows.map((cells) => cells.map((cell) => (cell === null ? '' : `"${String(cell).replaceAll('"', '""')}"`)).join(','))
    await writeFile(join(folder, `${name}.csv`), `${lines.join('\n')}\n`)
  }
}

/** The people and whom they follow. `ids` are theirs, by username. */
export function peopleFiles(ids: ReadonlyMap<string, number>, passwordHash: string, since: Date): Record<string, Cell[][]> {
  const idOf = (name: string) => ids.get(name) ?? 0
  const created = since.toISOString()
  return {
    users: [
      ['id', 'username', 'email', 'display_name', 'bio', 'created_at', 'email_verified_at', 'password'],
      ...DEMO_PEOPLE.map(({ username, displayName, bio }) => [
        ...[idOf(username), username, `${username}@demo.invalid`, displayName, bio, created, created, passwordHash],
      ]),
    ],
    follows: [
      ['follower_id', 'following_id'],
      ...DEMO_PEOPLE.flatMap(({ username, follows }) => follows.map((other) => [idOf(username), idOf(other)])),
    ],
  }
}

/** A post with the ids that it and what hangs on it will have. */
export interface PlacedPost extends DemoPost {
  id: number
  commentIds: number[]
  shareIds: number[]
  mediaUrl: string | null
}

/** What the people have written and done. */
export function postFiles(ids: ReadonlyMap<string, number>, posts: readonly PlacedPost[]): Record<string, Cell[][]> {
  const idOf = (name: string) => ids.get(name) ?? 0
  return {
    posts: [
      ['id', 'author_id', 'content', 'media_url'],
      ...posts.map(({ id, by, content, mediaUrl }) => [id, idOf(by), content, mediaUrl]),
    ],
    comments: [
      ['id', 'post_id', 'author_id', 'parent_id', 'text'],
      ...posts.flatMap(({ id, comments = [], commentIds }) =>
        comments.map((line, at) => {
          const [, answers, who = '', text = ''] = /^(> )?(\w+): ([\s\S]*)$/.exec(line) ?? []
          return [commentIds[at] ?? null, id, idOf(who), answers ? (commentIds[at - 1] ?? null) : null, text]
        }),
      ),
    ],
    shares: [
      ['id', 'user_id', 'post_id'],
      ...posts.flatMap(({ id, shareIds, sharedBy }) => names(sharedBy).map((who, at) => [shareIds[at] ?? null, idOf(who), id])),
    ],
  }
}

export function names(list: string | undefined): string[] {
  return list === undefined ? [] : list.split(' ')
}
