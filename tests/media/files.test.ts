import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sweepMedia } from '../../src/domain/media/delete-media.ts'
import { openDiskBlobs } from '../../src/platform/blobs/open-disk-blobs.ts'
import { openWorkbench } from '../../src/platform/images/open-workbench.ts'
import { cast, type Nexus, PASSWORD, type Person, startNexus } from '../cast.ts'
import { picture } from './pictures.ts'
import { fetchFile, filesOn, postWith, type Uploaded, until, upload } from './uploads.ts'

let nexus: Nexus
let alice: Person
let file: Buffer
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice } = await cast(nexus, 'alice'))
  file = await picture()
})
afterAll(() => nexus.close())

const DELETE = 'mutation ($id: ID!) { deletePost(id: $id) }'

async function statuses(medium: Uploaded): Promise<number[]> {
  return Promise.all([medium.url, medium.previewUrl].map(async (url) => (await fetchFile(nexus, url)).status))
}

function sweep(): Promise<void> {
  return sweepMedia.run({ database: nexus.app.database, blobs: openDiskBlobs(join(nexus.dataDir, 'media')) }, {})
}

describe('a file', () => {
  it('is served for good, as a picture and nothing else', async () => {
    const { url } = await upload(nexus, alice, file)
    const answer = await fetchFile(nexus, url)
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/webp',
      'content-length': String(bytes.length),
      'content-disposition': 'inline',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
      'cross-origin-resource-policy': 'cross-origin',
    })
    const head = await fetchFile(nexus, url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(bytes.length), ''])
    const etag = answer.headers.get('etag')!
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await fetchFile(nexus, url, { headers: { 'if-none-match': tag } })
      expect([again.status, await again.text(), again.headers.get('cache-control')]).toEqual([
        304,
        '',
        'public, max-age=31536000, immutable',
      ])
    }
    expect((await fetchFile(nexus, url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  it('that is not there is not found, nor is anything beside the files', async () => {
    await writeFile(join(nexus.dataDir, 'media', 'note.txt'), 'not a picture')
    const names = [
      `${'A'.repeat(22)}.webp`,
      'note.txt',
      '..%2fauth-secret',
      '%2e%2e%2fauth-secret',
      'a/b',
      '%00',
      `${'A'.repeat(22)}.webp%00.txt`,
    ]
    for (const name of names) expect((await fetch(`${nexus.url}/media/${name}`)).status, name).toBe(404)
    expect((await fetch(`${nexus.url}/media/${'A'.repeat(22)}.webp`, { headers: { 'if-none-match': '*' } })).status).toBe(404)
  })
})

describe('the files of a picture', () => {
  it('go with its post, and stay when another post goes', async () => {
    const [gone, kept] = [await upload(nexus, alice, file), await upload(nexus, alice, file)]
    const id = await postWith(nexus, alice, [gone.id])
    await postWith(nexus, alice, [kept.id])
    await nexus.ask(DELETE, alice.token, { id })
    await nexus.settle()
    expect([await statuses(gone), await statuses(kept)]).toEqual([
      [404, 404],
      [200, 200],
    ])
    expect(await nexus.sql('select from media_leftovers')).toEqual([])
  })

  it('go with a post on which much hangs, though its row goes later', async () => {
    const medium = await upload(nexus, alice, file)
    const id = await postWith(nexus, alice, [medium.id])
    await nexus.sql('insert into comments (post_id, author_id, text) select $1, $2, i::text from generate_series(1, 600) i', [id, alice.id])
    await nexus.ask(DELETE, alice.token, { id })
    await until(async () => (await statuses(medium)).join() === '404,404')
    expect(await nexus.sql('select from media where id = $1', [medium.id])).toEqual([])
  })

  it('go with its owner: those in posts and those in none', async () => {
    const { bob } = await cast(nexus, 'bob')
    const [posted, unused] = [await upload(nexus, bob, file), await upload(nexus, bob, file)]
    await postWith(nexus, bob, [posted.id])
    await nexus.ask('mutation ($password: String!) { deleteUser(password: $password) }', bob.token, { password: PASSWORD })
    await until(async () => [...(await statuses(posted)), ...(await statuses(unused))].join() === '404,404,404,404')
    expect(await nexus.sql('select from media where owner_id = $1', [bob.id])).toEqual([])
  })

  it('go when an operator deletes the row by hand, with the next sweep', async () => {
    const medium = await upload(nexus, alice, file)
    await nexus.sql('delete from media where id = $1', [medium.id])
    expect(await statuses(medium)).toEqual([200, 200])
    await sweep()
    expect(await statuses(medium)).toEqual([404, 404])
  })

  it('go when nobody has used it for a day, and not before; a profile picture is in use', async () => {
    const { carol } = await cast(nexus, 'carol')
    const [old, young, used, face] = [
      await upload(nexus, carol, file),
      await upload(nexus, carol, file),
      await upload(nexus, carol, file),
      await upload(nexus, carol, file),
    ]
    await postWith(nexus, carol, [used.id])
    await nexus.ask('mutation ($url: String) { updateUser(profilePicture: $url) { user { id } } }', carol.token, { url: face.url })
    await nexus.sql(`update media set created_at = now() - interval '25 hours' where id = any($1::bigint[])`, [[old.id, used.id, face.id]])
    await nexus.sql(`update media set created_at = now() - interval '23 hours' where id = $1`, [young.id])
    await sweep()
    expect(await Promise.all([old, young, used, face].map(async (each) => (await statuses(each))[0]))).toEqual([404, 200, 200, 200])
    await nexus.ask('mutation { updateUser(profilePicture: null) { user { id } } }', carol.token)
    await sweep()
    expect(await statuses(face)).toEqual([404, 404])
  })
})

describe('after a crash', () => {
  it('between the row and its files, or between the files and the word that they are there, nothing stays', async () => {
    const { kept } = await filesOn(nexus)
    const [whole, half] = ['w'.repeat(22), 'h'.repeat(22)]
    await nexus.sql(
      `insert into media (owner_id, name, width, height, bytes, placeholder, blurhash, created_at)
       select $1, name, 1, 1, 1, 'x', 'x', now() - interval '61 minutes' from unnest($2::text[]) name`,
      [alice.id, [whole, half, 'n'.repeat(22)]],
    )
    for (const name of [`${whole}.webp`, `${whole}.preview.webp`, `${half}.webp`]) await writeFile(join(nexus.dataDir, 'media', name), 'x')
    await sweep()
    // A file of an upload under way may come after its row is gone: it is waited for.
    expect((await filesOn(nexus)).kept).toHaveLength(kept.length + 3)
    await nexus.sql(`update media_leftovers set due_at = now()`)
    await sweep()
    expect((await filesOn(nexus)).kept).toEqual(kept)
    expect(await nexus.sql('select from media where stored_at is null')).toEqual([])
  })

  it('what was on its way an hour ago is deleted by the next start, what is on its way now is not', async () => {
    const place = await mkdtemp(join(tmpdir(), 'nexus-incoming-'))
    const anHourAgo = new Date(Date.now() - 61 * 60 * 1000)
    for (const name of ['upload-old', 'upload-new']) await mkdir(join(place, name))
    await writeFile(join(place, 'upload-old', 'upload'), 'x')
    await utimes(join(place, 'upload-old'), anHourAgo, anHourAgo)
    const workbench = openWorkbench(place, { warn: () => {} })
    await until(async () => (await readdir(place)).length === 1)
    expect(await readdir(place)).toEqual(['upload-new'])
    await workbench.close()
    await rm(place, { recursive: true })
  })
})

it('deletes the files later where no worker ran when the post went', async () => {
  const apiOnly = await startNexus({ roles: ['api'], environment: { AMQP_URL: '' } })
  try {
    const { erin } = await cast(apiOnly, 'erin')
    const medium = await upload(apiOnly, erin, file)
    await apiOnly.ask(DELETE, erin.token, { id: await postWith(apiOnly, erin, [medium.id]) })
    expect((await filesOn(apiOnly)).kept).toHaveLength(2)
    expect((await apiOnly.sql(`select name from jobs where name = 'media.delete-files'`)).length).toBe(1)
    const worker = await startNexus({
      roles: ['worker'],
      databaseUrl: apiOnly.databaseUrl,
      environment: { AMQP_URL: '', NEXUS_DATA_DIR: apiOnly.dataDir },
    })
    await worker.settle()
    await worker.close()
    expect((await filesOn(apiOnly)).kept).toEqual([])
  } finally {
    await apiOnly.close()
  }
})
