import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { glob } from 'astro/loaders'

/**
 * The pages of the hub are the Markdown files below `docs/`, as they also read on any other viewer: a page's title is its first heading, a
 * folder's own page is its README, and no file needs to know that it is part of a hub.
 */
export function readPages() {
  const files = glob({
    base: '.',
    pattern: ['**/*.md', '!node_modules/**', '!dist/**', '!hub/**'],
    generateId: ({ entry }) => addressOf(entry),
  })
  return {
    ...files,
    name: 'pages',
    load: (context) =>
      files.load({
        ...context,
        parseData: async (entry) => context.parseData({ ...entry, data: { title: await titleOf(entry.filePath), ...entry.data } }),
      }),
  }
}

/** Where a file is found below /docs/: `guides/moderation.md` at `guides/moderation`, a README at its folder. */
export function addressOf(file) {
  const address = file.replace(/\.md$/, '').replace(/(^|\/)(README|index)$/, '')
  return address === '' ? 'index' : address.toLowerCase()
}

async function titleOf(file) {
  const text = await readFile(join(process.cwd(), file), 'utf8').catch(() => readFile(file, 'utf8'))
  const heading = /^# +(.+)$/m.exec(text)?.[1]
  if (heading === undefined) throw new Error(`${file} has no heading of the first level: it is the page's title.`)
  return heading.replace(/`/g, '')
}
