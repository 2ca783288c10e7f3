import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from '@20minutes/s3rver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDiskBlobs } from '../../src/platform/blobs/open-disk-blobs.ts'
import { openS3Blobs } from '../../src/platform/blobs/open-s3-blobs.ts'
import { Unavailable } from '../../src/platform/unavailable.ts'
import { cast, startNexus } from '../cast.ts'
import { picture } from './pictures.ts'
import { fetchFile, postWith, upload } from './uploads.ts'

const BUCKET = 'nexus-files'
const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

let folder: string, endpoint: string
let server: S3rver
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-blobs-'))
  server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: BUCKET, configs: [] }],
  })
  const { port } = (await server.run()) as AddressInfo
  endpoint = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const PLACES = [
  ['a disk', async () => openDiskBlobs(join(folder, 'disk'))],
  ['a bucket of S3', async () => openS3Blobs({ endpoint, bucket: BUCKET, region: undefined, ...KEYS })],
] as const

async function fileOf(text: string): Promise<string> {
  const path = join(folder, `in-${Math.random()}`)
  await writeFile(path, text)
  return path
}

describe.each(PLACES)('on %s', (_, open) => {
  it('a file is kept as it came, found by its name, and gone when it is deleted', async () => {
    const blobs = await open()
    const bytes = 300_000
    await blobs.put('one.webp', { path: await fileOf('x'.repeat(bytes)), bytes, contentType: 'image/webp' })
    await blobs.put('two.preview.webp', { path: await fileOf('two'), bytes: 3, contentType: 'image/webp' })
    const found = await blobs.find('one.webp')
    expect(found?.bytes).toBe(bytes)
    expect(Buffer.concat(await Array.fromAsync(await found!.stream())).toString()).toBe('x'.repeat(bytes))
    await blobs.delete('one.webp')
    expect(await blobs.find('one.webp')).toBeUndefined()
    expect((await blobs.find('two.preview.webp'))?.bytes).toBe(3)
  })

  it('what is not there is not found, and deleted as often as one likes', async () => {
    const blobs = await open()
    expect(await blobs.find('none.webp')).toBeUndefined()
    await blobs.delete('none.webp')
    await blobs.delete('none.webp')
  })

  it.each(['../out', '/etc/passwd', 'a/b', '', '.', '..', '.hidden', 'a..b'])('%j is no name', async (name) => {
    const blobs = await open()
    await expect(blobs.find(name)).rejects.toThrow()
    await expect(blobs.delete(name)).rejects.toThrow()
  })
})

it('a bucket that does not answer, or is not there, is a part that is down', async () => {
  const down = await openS3Blobs({ endpoint: 'http://127.0.0.1:1', bucket: BUCKET, region: undefined, ...KEYS })
  await expect(down.find('one.webp')).rejects.toThrow(Unavailable)
  await expect(down.put('one.webp', { path: await fileOf('x'), bytes: 1, contentType: 'image/webp' })).rejects.toThrow(Unavailable)
})

it('alice uploads, bob looks, and the files go with the post, all of it over S3', async () => {
  const settings = { S3_ENDPOINT: endpoint, S3_BUCKET: BUCKET, S3_ACCESS_KEY_ID: 'S3RVER', S3_SECRET_ACCESS_KEY: 'S3RVER' }
  const nexus = await startNexus({ environment: { ...settings, MEDIA_URL: 'https://cdn.test/files/' } })
  try {
    const { alice } = await cast(nexus, 'alice')
    const medium = await upload(nexus, alice, await picture())
    expect(medium.url).toMatch(/^https:\/\/cdn\.test\/files\/[\w-]{22}\.webp$/)
    const here = medium.url.replace('https://cdn.test/files', `${nexus.url}/media`)
    const answer = await fetchFile(nexus, here)
    expect([answer.status, answer.headers.get('content-type'), (await answer.arrayBuffer()).byteLength > 50]).toEqual([
      200,
      'image/webp',
      true,
    ])
    // Whoever stands before the bucket passes on what the files say of themselves.
    const stored = await fetch(`${endpoint}/${BUCKET}/${new URL(here).pathname.split('/').at(-1)}`)
    expect(stored.headers.get('cache-control') ?? 'needs a signature').toMatch(/immutable|signature/)
    const id = await postWith(nexus, alice, [medium.id])
    await nexus.ask('mutation ($id: ID!) { deletePost(id: $id) }', alice.token, { id })
    await nexus.settle()
    expect((await fetchFile(nexus, here)).status).toBe(404)
  } finally {
    await nexus.close()
  }
})
