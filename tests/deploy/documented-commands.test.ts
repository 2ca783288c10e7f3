import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROJECT } from './read-deployment.ts'

/** In the image `node` is the right one; elsewhere it is the machine's, which may be older, and does not read types. */
const BARE_NODE = /(?<!npx |exec api |A bare `)\bnode (bench|tools|src)\/\S+/g

it('every documented command runs on the Node that npm brings', () => {
  const documents = globSync('**/*.md', { cwd: PROJECT, exclude: ['node_modules', '.nexus'] })
  const bare = documents.flatMap((document) =>
    [...readFileSync(join(PROJECT, document), 'utf8').matchAll(BARE_NODE)].map(([command]) => `${document}: ${command}`),
  )
  expect(documents).toContain('bench/README.md')
  expect(bare).toEqual([])
})
