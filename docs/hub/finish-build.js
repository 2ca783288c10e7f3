import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g
const COMPRESSED = /\.(html|css|js|svg|xml|json)$/
const BROTLI_QUALITY = 9

/**
 * After the pages are built: the digests of the scripts that stand inside of them, so that the server's policy lets those run and no other, and
 * compressed copies, so that nothing is compressed while somebody waits.
 */
export function finishBuild() {
  return {
    name: 'finish-build',
    hooks: {
      'astro:build:done': async ({ dir }) => {
        const root = fileURLToPath(dir)
        const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
        const paths = files.map((entry) => join(entry.parentPath, entry.name))
        const pages = await Promise.all(paths.filter((path) => path.endsWith('.html')).map((path) => readFile(path, 'utf8')))
        await writeFile(join(root, 'script-digests.json'), JSON.stringify(digestsOf(pages)))
        await Promise.all(paths.filter((path) => COMPRESSED.test(path)).map(compress))
      },
    },
  }
}

function digestsOf(pages) {
  const scripts = new Set(pages.flatMap((page) => [...page.matchAll(INLINE_SCRIPT)].map(([, text]) => text)))
  return [...scripts].map((text) => `sha256-${createHash('sha256').update(text).digest('base64')}`).sort()
}

async function compress(path) {
  const content = await readFile(path)
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
    promisify(gzip)(content),
  ])
  await Promise.all([writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, gzipped)])
}
