import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Nexus, Person } from '../cast.ts'

export interface Uploaded {
  id: string
  url: string
  previewUrl: string
  kind: string
  width: number
  height: number
  placeholder: string
  blurhash: string
  altText: string | null
  state: string
}

export interface UploadAnswer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: an upload, or errors
  body: any
}

/** Sends a file as a browser's form does. */
export async function send(
  nexus: Nexus,
  person: { token: string } | undefined,
  file: Buffer,
  { name = 'picture.jpg', type = 'image/jpeg', altText }: { name?: string; type?: string; altText?: string } = {},
): Promise<UploadAnswer> {
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(file)], { type }), name)
  if (altText !== undefined) form.set('altText', altText)
  return sendForm(nexus, person, form)
}

export async function sendForm(nexus: Nexus, person: { token: string } | undefined, body: FormData): Promise<UploadAnswer> {
  const headers: Record<string, string> = person ? { authorization: `Bearer ${person.token}` } : {}
  const response = await fetch(`${nexus.url}/media`, { method: 'POST', headers, body })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** As send, and fails when it is refused. */
export async function upload(nexus: Nexus, person: Person, file: Buffer, options: Parameters<typeof send>[3] = {}): Promise<Uploaded> {
  const { status, body } = await send(nexus, person, file, options)
  if (status !== 201) throw new Error(`an upload was refused: ${status} ${JSON.stringify(body)}`)
  return body
}

/** Asks for a file at this server, whatever its public address says. */
export function fetchFile(nexus: Nexus, url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${nexus.url}${new URL(url).pathname}`, init)
}

/** What lies on the disk: the files that are kept, and what is on its way in. */
export async function filesOn(nexus: Nexus): Promise<{ kept: string[]; incoming: string[] }> {
  const list = (folder: string) => readdir(join(nexus.dataDir, folder)).catch(() => [])
  return { kept: (await list('media')).sort(), incoming: await list('incoming') }
}

export async function postWith(nexus: Nexus, author: Person, mediaIds: string[], content = ''): Promise<string> {
  const query = 'mutation ($content: String!, $mediaIds: [ID!]) { createPost(content: $content, mediaIds: $mediaIds) { post { id } } }'
  return (await nexus.ask(query, author.token, { content, mediaIds })).createPost.post.id
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come to that within 10 s')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A medium of somebody's by its row alone, without files: for what is about rows. */
export async function mediumOf(nexus: Nexus, person: Person): Promise<Uploaded> {
  const name = randomBytes(16).toString('base64url')
  const [row] = await nexus.sql<{ id: string }>(
    `insert into media (owner_id, name, width, height, bytes, placeholder, blurhash, stored_at) values ($1, $2, 4, 2, 9, 'p', 'b', now())
     returning id::text`,
    [person.id, name],
  )
  const shown = { kind: 'IMAGE', width: 4, height: 2, placeholder: 'p', blurhash: 'b', altText: null, state: 'READY' }
  return {
    id: row!.id,
    url: `http://127.0.0.1:0/media/${name}.webp`,
    previewUrl: `http://127.0.0.1:0/media/${name}.preview.webp`,
    ...shown,
  }
}
