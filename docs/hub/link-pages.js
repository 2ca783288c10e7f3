import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addressOf } from './read-pages.js'

const DOCS = fileURLToPath(new URL('..', import.meta.url))

/** Links between files lead to pages; links out of `docs/` lead to the source, which the hub does not serve: they stay as code that names the file. */
export function linkPages() {
  return (tree, file) => {
    walk(tree, dirname(relative(DOCS, file.path)))
  }
}

function walk(node, folder) {
  for (const [at, child] of (node.children ?? []).entries()) {
    if (child.type === 'link' && !/^([a-z]+:|\/|#)/i.test(child.url)) node.children[at] = linkOf(child, folder)
    walk(child, folder)
  }
}

function linkOf(link, folder) {
  const [path, fragment] = link.url.split('#')
  const target = join(folder, path)
  if (target.startsWith('..')) return nameSource(link, join('docs', target))
  const anchor = fragment === undefined ? '' : `#${fragment}`
  const address = addressOf(target.endsWith('/') ? `${target}README.md` : target)
  return { ...link, url: `/docs/${address === 'index' ? '' : `${address}/`}${anchor}` }
}

/** A file of the repository is told by its path: whoever reads the hub has the clone beside it. */
function nameSource(link, path) {
  const text = link.children.map(({ value }) => value ?? '').join('')
  const name = { type: 'inlineCode', value: path.replace(/\/$/, '') }
  return text === path || path.endsWith(text) ? name : { type: 'text', value: text, also: name }
}
