import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, type Nexus, startNexus } from '../cast.ts'
import { mediumOf, postWith, type Uploaded } from '../media/uploads.ts'
import { badRows, contentsOf, layOut, PUBLIC_URL, runExport, runImport } from './run-transfer.ts'

let nexus: Nexus
let folder: string, kept: string, changed: string
let one: Uploaded, other: Uploaded
beforeAll(async () => {
  nexus = await startNexus()
  const { alice } = await cast(nexus, 'alice')
  ;[one, other] = [await mediumOf(nexus, alice), await mediumOf(nexus, alice)]
  kept = await postWith(nexus, alice, [one.id])
  changed = await postWith(nexus, alice, [other.id], 'before')
  await nexus.ask('mutation ($id: ID!) { updatePost(id: $id, mediaUrl: null) { post { id } } }', alice.token, { id: changed })
  await nexus.settle()
  folder = join(await layOut(), 'export')
  await runExport(nexus, folder)
})
afterAll(() => nexus.close())

const addressOf = ({ url }: Uploaded) => `${PUBLIC_URL}${new URL(url).pathname}`

it('exports a post with pictures by the address of the first, and what it had before an edit likewise', async () => {
  const [posts, edits] = await Promise.all(['posts.csv', 'post_edits.csv'].map((file) => readFile(join(folder, file), 'utf8')))
  expect(posts).toContain(`${kept},1,"",${addressOf(one)},PUBLIC`)
  expect(edits).toContain(`${changed},before,${addressOf(other)},`)
})

it('changes nothing where it came from when it is imported again', async () => {
  const before = await contentsOf(nexus)
  const said = await runImport(nexus, folder)
  expect([said.code, badRows(said)]).toEqual([0, []])
  expect(await contentsOf(nexus)).toEqual(before)
})

it('shows elsewhere the address that it came with', async () => {
  const copy = await startNexus()
  try {
    expect((await runImport(copy, folder)).code).toBe(0)
    const { post } = await copy.ask('query ($id: ID!) { post(id: $id) { mediaUrl media { id } } }', undefined, { id: kept })
    expect(post).toEqual({ mediaUrl: addressOf(one), media: [] })
  } finally {
    await copy.close()
  }
})
