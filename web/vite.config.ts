import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** The server answers /graphql with the page and /playground/ with its assets, each under the hash of its content. */
export default defineConfig({
  base: '/playground/',
  plugins: [react(), compressedCopies()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // A file of its own can be cached, and a strict policy needs no exception for it.
    assetsInlineLimit: 0,
    // The editor alone is larger than the size from which Vite warns.
    chunkSizeWarningLimit: 4096,
    reportCompressedSize: false,
    rolldownOptions: {
      // GraphiQL was compiled with "use no memo" directives, which mean nothing once it is bundled.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
  server: { proxy: { '/graphql': 'http://127.0.0.1:4000', '/schema.graphql': 'http://127.0.0.1:4000' } },
})

/** Brotli 9 of the whole page takes half a second, 11 takes ten times that for a twentieth less. */
const BROTLI_QUALITY = 9

/** Puts a .br and a .gz beside every asset, so that the server compresses nothing while somebody waits. */
function compressedCopies(): Plugin {
  return {
    name: 'compressed-copies',
    apply: 'build',
    async writeBundle({ dir = 'dist' }) {
      const names = await readdir(join(dir, 'assets'))
      await Promise.all(names.filter((name) => /\.(js|css|svg)$/.test(name)).map((name) => compress(join(dir, 'assets', name))))
    },
  }
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path)
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
    promisify(gzip)(content),
  ])
  await Promise.all([writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, gzipped)])
}
