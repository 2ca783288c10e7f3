import { join } from 'node:path'
import { hashPassword } from '../../domain/accounts/passwords.ts'
import { readUserByUsername } from '../../domain/accounts/read-users.ts'
import { updateProfile } from '../../domain/accounts/update-profile.ts'
import { likePost } from '../../domain/interactions/like-post.ts'
import { addMedium, type MediaContext } from '../../domain/media/add-medium.ts'
import { attachMedia, takeMediumByName } from '../../domain/media/attach-media.ts'
import { type MediaUrls, storedUrl } from '../../domain/media/media-urls.ts'
import type { Medium } from '../../domain/media/read-media.ts'
import type { Database } from '../../platform/database/open-database.ts'
import { firstRow, statement } from '../../platform/database/statement.ts'
import { drawPicture } from '../../platform/images/draw-picture.ts'
import type { Workbench } from '../../platform/images/open-workbench.ts'
import { importInto } from '../import-folder.ts'
import type { Progress } from '../show-progress.ts'
import { names, type PlacedPost, peopleFiles, postFiles, writeFolder } from './demo-folder.ts'
import { DEMO_PEOPLE } from './demo-people.ts'
import { DEMO_POSTS } from './demo-posts.ts'
import { drawPortrait, drawScene } from './draw-scene.ts'

export interface DemoContext extends MediaContext {
  database: Database
  workbench: Workbench
  urls: MediaUrls
  publicUrl: string
  reportsDir: string
}

const KINDS = { post: 1, share: 2, comment: 3 }
const MINUTE_MS = 60_000
const DAYS_SINCE = 30

const greatestUserId = statement<{ id: number }>('transfer.greatest-user-id', 'select coalesce(max(id), 0)::int as id from users')
const idsAt = statement<{ ids: string[] }>('transfer.ids-at', 'select new_ids($1, $2::timestamptz[])::text[] as ids')
const showStored = statement<never>('transfer.show-stored', 'update posts set media_url = $2 where id = $1')

/**
 * Fills a small world: people who follow each other, with portraits, posts of the last days, some with pictures, threads, shares and likes. All
 * sign in with `password`. Answers their usernames, or none when they are there already: then nothing is done.
 * @throws StartupError as an import
 */
export async function fillDemo(ctx: DemoContext, password: string, progress: Progress): Promise<string[]> {
  for (const { username } of DEMO_PEOPLE) if (await readUserByUsername(ctx.database, username)) return []
  const first = ((await firstRow(ctx.database, greatestUserId, []))?.id ?? 0) + 1
  const ids = new Map(DEMO_PEOPLE.map(({ username }, at) => [username, first + at]))
  await ctx.workbench.withFolder(async (folder) => {
    const read = (name: string) =>
      importInto(
        ctx.database,
        join(folder, name),
        { format: 'nexus', strict: true, withSecrets: true, publicUrl: ctx.publicUrl, reportsDir: ctx.reportsDir },
        progress,
      )
    await writeFolder(join(folder, 'people'), peopleFiles(ids, await hashPassword(password), daysAgo(DAYS_SINCE)))
    await read('people')
    await drawPortraits(ctx, ids, folder)
    const posts = await placePosts(ctx, ids, folder)
    await writeFolder(join(folder, 'posts'), postFiles(ids, posts))
    await read('posts')
    await hangPictures(ctx, ids, posts)
    for (const post of posts) for (const who of names(post.likedBy)) await likePost(ctx.database, lookerOf(ids, who), String(post.id))
  })
  return [...ids.keys()]
}

async function drawPortraits(ctx: DemoContext, ids: ReadonlyMap<string, number>, folder: string): Promise<void> {
  for (const { username, displayName, hue } of DEMO_PEOPLE) {
    const userId = ids.get(username) ?? 0
    const medium = await upload(ctx, userId, drawPortrait(username, hue), `Portrait of ${displayName}`, folder)
    await updateProfile(ctx.database, userId, { profilePicture: ctx.urls.image(medium.name) })
  }
}

async function upload(ctx: DemoContext, userId: number, svg: string, altText: string, folder: string): Promise<Medium> {
  const path = join(folder, 'drawn.png')
  await drawPicture(svg, path)
  return addMedium(ctx, userId, { path, folder, altText })
}

/** Gives every post, and what hangs on it, the id of its time, and uploads its picture. The oldest first: so ids are given out in order. */
async function placePosts(ctx: DemoContext, ids: ReadonlyMap<string, number>, folder: string): Promise<PlacedPost[]> {
  const placed: PlacedPost[] = []
  for (const post of [...DEMO_POSTS].reverse()) {
    const at = Date.now() - post.hoursAgo * 60 * MINUTE_MS
    const later = (count: number, minutes: number) =>
      Array.from({ length: count }, (_, place) => new Date(at + (place + 1) * minutes * MINUTE_MS))
    const [id = 0] = await idsOf(ctx, 'post', [new Date(at)])
    const commentIds = await idsOf(ctx, 'comment', later(post.comments?.length ?? 0, 4))
    const shareIds = await idsOf(ctx, 'share', later(names(post.sharedBy).length, 9))
    const picture = post.picture && (await upload(ctx, ids.get(post.by) ?? 0, drawScene(post.picture.scene), post.picture.altText, folder))
    placed.push({ ...post, id, commentIds, shareIds, mediaUrl: picture ? ctx.urls.image(picture.name) : null })
  }
  return placed
}

async function idsOf({ database }: DemoContext, kind: keyof typeof KINDS, instants: Date[]): Promise<number[]> {
  if (instants.length === 0) return []
  return ((await firstRow(database, idsAt, [KINDS[kind], instants]))?.ids ?? []).map(Number)
}

/** A picture is its post's from now on, and is deleted with it. */
async function hangPictures(ctx: DemoContext, ids: ReadonlyMap<string, number>, posts: readonly PlacedPost[]): Promise<void> {
  for (const { id, by, mediaUrl } of posts) {
    const name = mediaUrl === null ? undefined : /([\w-]{22})\.webp$/.exec(mediaUrl)?.[1]
    if (name === undefined) continue
    await ctx.database.transaction(async (tx) => {
      await attachMedia(tx, id, await takeMediumByName(tx, ids.get(by) ?? 0, name))
      await tx.rows(showStored, [id, storedUrl(name)])
    })
  }
}

function lookerOf(ids: ReadonlyMap<string, number>, username: string): { id: number; role: 'user' } {
  return { id: ids.get(username) ?? 0, role: 'user' }
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 24 * 60 * MINUTE_MS)
}
