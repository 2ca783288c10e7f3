import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { tidy } from '../../tools/tidy.ts'

const README = '> posts: writes posts. Owns: posts.\n'
const trees: string[] = []
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true })
})

/** What tidy says of a tree made of these files: `file:line` and the sentence. */
function said(files: Record<string, string>): string[] {
  const tree = mkdtempSync(join(tmpdir(), 'nexus-tidy-'))
  trees.push(tree)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), text)
  }
  return tidy(tree).map(({ file, line, sentence, warning }) => `${file}:${line}: ${warning ? 'warning: ' : ''}${sentence}`)
}

const inRoom = (room: string, text: string) => ({ [`src/domain/${room}/a.ts`]: text, [`src/domain/${room}/README.md`]: README })
const importOf = (path: string) => `import { b } from '${path}'\nb()\n`
const lines = (count: number) => 'f()\n'.repeat(count)

describe('tidy', () => {
  it('finds nothing to say about this very tree', () => {
    expect(tidy(join(import.meta.dirname, '../..')).filter(({ warning }) => !warning)).toEqual([])
  })

  it('lets a tree that keeps every rule pass', () => {
    const files = {
      'src/main.ts': "import { run } from './command-line.ts'\nrun()\n",
      'src/command-line.ts': "export const run = async () => (await import('./commands/start.ts')).start()\n",
      'src/commands/start.ts': "import { open } from '../app.ts'\nexport const start = open\n",
      'src/app.ts':
        "import { config } from './config.ts'\nimport { serve } from './api/server.ts'\nexport const open = () => serve(config)\n",
      'src/config.ts': 'export type Config = unknown\nexport const config = process.env\n',
      'src/refusals.ts': 'export const refuse = 1\n',
      'src/api/server.ts':
        "import type { Config } from '../config.ts'\nimport fastify from 'fastify'\nimport { a } from '../domain/posts/a.ts'\nexport const serve = (config: Config) => a(fastify, config, 'Select an account from the list')\n",
      'src/platform/database/open.ts': "import pg from 'pg'\nexport const pool = pg\n",
      'src/platform/database/README.md': '> database: pools.\n',
      'tests/app.test.ts': "import { open } from '../src/app.ts'\nopen()\n",
      ...inRoom(
        'posts',
        "import { refuse } from '../../refusals.ts'\nimport { pool } from '../../platform/database/open.ts'\nexport const a = () => [refuse, pool, `select 1 from posts`]\n",
      ),
    }
    expect(said(files)).toEqual([])
  })

  const refused: [rule: string, files: Record<string, string>, said: string][] = [
    [
      'a room imports no larger number',
      inRoom('accounts', importOf('../posts/b.ts')),
      'src/domain/accounts/a.ts:1: accounts (1) may not import posts (4): a room imports smaller numbers alone.',
    ],
    [
      'a room imports no other of its number',
      inRoom('accounts', importOf('../media/b.ts')),
      'src/domain/accounts/a.ts:1: accounts may not import media: rooms of one number (1) do not know each other.',
    ],
    [
      'leaves do not import each other, not even types',
      inRoom('feeds', "// why\n\nimport type { B } from '../search/b.ts'\n"),
      'src/domain/feeds/a.ts:3: feeds may not import search: rooms of one number (6) do not know each other.',
    ],
    [
      'a room has a number',
      inRoom('gossip', 'f()\n'),
      'src/domain/gossip/a.ts:1: domain/ holds rooms with a number in tools/tidy-rules.ts, and nothing beside them.',
    ],
    [
      'the domain knows no surface',
      inRoom('posts', "const b = await import('../../api/server.ts')\nb()\n"),
      'src/domain/posts/a.ts:1: domain may not import api.',
    ],
    [
      'the domain holds no driver',
      inRoom('posts', importOf('pg')),
      'src/domain/posts/a.ts:1: domain/ imports no HTTP, GraphQL or driver, and pg is not among its packages.',
    ],
    [
      'the domain holds no HTTP',
      inRoom('posts', "import type { Server } from 'node:http'\nexport type A = Server\n"),
      'src/domain/posts/a.ts:1: domain/ imports no HTTP, GraphQL or driver, and node:http is not among its packages.',
    ],
    [
      'the domain holds no GraphQL',
      inRoom('posts', importOf('graphql')),
      'src/domain/posts/a.ts:1: domain/ imports no HTTP, GraphQL or driver, and graphql is not among its packages.',
    ],
    [
      'the platform knows none of the rest',
      { 'src/platform/clock.ts': importOf('../refusals.ts') },
      'src/platform/clock.ts:1: platform may not import refusals.ts.',
    ],
    [
      'the platform does not know the configuration, types included',
      { 'src/platform/clock.ts': "import type { Config } from '../config.ts'\nexport type A = Config\n" },
      'src/platform/clock.ts:1: platform may not import config.ts.',
    ],
    [
      'the configuration is not read elsewhere',
      { 'src/api/server.ts': importOf('../config.ts') },
      'src/api/server.ts:1: config.ts is imported by the commands and app.ts; here by `import type` alone.',
    ],
    [
      'surfaces do not know the workers',
      { 'src/api/server.ts': importOf('../workers/run.ts') },
      'src/api/server.ts:1: api may not import workers.',
    ],
    [
      'refusals know nobody',
      { 'src/refusals.ts': importOf('./platform/clock.ts') },
      'src/refusals.ts:1: refusals.ts may not import platform.',
    ],
    [
      'drivers are the platform’s',
      { 'src/workers/run.ts': importOf('redis') },
      'src/workers/run.ts:1: only platform/ imports the driver redis.',
    ],
    [
      'COPY streams are the platform’s',
      { 'src/transfer/import.ts': importOf('pg-copy-streams') },
      'src/transfer/import.ts:1: pg-copy-streams is not among the packages of transfer/: drivers are for platform/.',
    ],
    [
      'the api holds no SQL in a template',
      { 'src/api/server.ts': 'const id = 1\n\nexport const q = `\n  select id, $' + '{name({ a: `}` })}\n  from posts`\n' },
      'src/api/server.ts:3: api/ holds no SQL: call a verb of the domain.',
    ],
    [
      'the api holds no SQL in a string',
      { 'src/api/server.ts': "export const q = 'INSERT INTO posts VALUES (1)'\n" },
      'src/api/server.ts:1: api/ holds no SQL: call a verb of the domain.',
    ],
    ['the api imports no database', { 'src/api/server.ts': importOf('pg') }, 'src/api/server.ts:1: only platform/ imports the driver pg.'],
    [
      'one file reads the environment',
      { 'src/main.ts': 'f()\ng(process.env.PORT)\n' },
      'src/main.ts:2: only src/config.ts reads the environment.',
    ],
    [
      'nothing imports main.ts',
      { 'tests/a.test.ts': importOf('../src/main.ts') },
      'tests/a.test.ts:1: nothing imports main.ts: it is where the command begins.',
    ],
    [
      'app.ts is for main.ts and tests',
      { 'bench/a.ts': importOf('../src/app.ts') },
      'bench/a.ts:1: app.ts is imported by main.ts, the commands and tests alone.',
    ],
    ['the source stands alone', { 'src/app.ts': importOf('../tests/cast.ts') }, 'src/app.ts:1: src/ imports nothing from outside itself.'],
    [
      'a new folder is put on the map',
      { 'src/extras/a.ts': 'f()\n' },
      'src/extras/a.ts:1: extras is not on the map of the house: give it a place in tools/tidy-rules.ts.',
    ],
    [
      'a file of re-exports is a barrel',
      { 'src/api/posts.ts': "// all of it\nexport { a } from './a.ts'\nexport type * from './b.ts'\n" },
      'src/api/posts.ts:1: no barrel files: import from the file itself.',
    ],
    [
      'a barrel by two steps is one',
      { 'src/api/posts.ts': "import { a } from './a.ts'\nexport { a }\n" },
      'src/api/posts.ts:1: no barrel files: import from the file itself.',
    ],
    ['index.ts is a barrel', { 'tests/index.ts': 'f()\n' }, 'tests/index.ts:1: no barrel files: import from the file itself.'],
    [
      'a name says what the file holds',
      { 'tests/test-helpers.ts': 'f()\n' },
      'tests/test-helpers.ts:1: test-helpers.ts does not say what it holds: name it by what it does.',
    ],
    [
      'a folder’s too',
      { 'src/api/utils/slug.ts': 'f()\n' },
      'src/api/utils/slug.ts:1: utils does not say what it holds: name it by what it does.',
    ],
    ['401 lines are too many', { 'bench/a.ts': lines(401) }, 'bench/a.ts:401: 401 lines, and 400 is the most: it is two rooms in one.'],
    ['251 lines are many', { 'bench/a.ts': lines(251) }, 'bench/a.ts:251: warning: 251 lines are many.'],
    [
      'the domain is stricter',
      inRoom('posts', lines(251)),
      'src/domain/posts/a.ts:251: 251 lines, and 250 is the most: it is two rooms in one.',
    ],
    [
      'a room of the domain introduces itself',
      { 'src/domain/posts/a.ts': 'f()\n', 'src/domain/posts/README.md': '# Posts\n' },
      'src/domain/posts/README.md:1: a room has a README whose first line starts with "> " and says what it owns.',
    ],
    [
      'a folder of the platform introduces itself',
      { 'src/platform/cache/a.ts': 'f()\n' },
      'src/platform/cache/README.md:1: a room has a README whose first line starts with "> " and says what it owns.',
    ],
  ]
  it.each(refused)('%s', (_rule, files, sentence) => {
    expect(said(files)).toEqual([sentence])
  })

  it("lets a log's type be named everywhere, and its maker by the platform alone", () => {
    const files = {
      'src/api/server.ts': "import type { Logger } from 'pino'\nimport pino from 'pino'\nexport const log: Logger = pino()\n",
    }
    expect(said(files)).toEqual(['src/api/server.ts:2: only platform/ imports the driver pino.'])
  })

  it('sees a circle, types included', () => {
    const files = {
      'src/api/a.ts': "import type { B } from './b.ts'\nexport type A = B\n",
      'src/api/b.ts': "f()\nexport const b = import('./c.ts')\n",
      'src/api/c.ts': "export { type A } from './a.ts'\nexport const c = 1\n",
    }
    expect(said(files)).toEqual(['src/api/c.ts:1: a circle: src/api/a.ts -> src/api/b.ts -> src/api/c.ts -> src/api/a.ts.'])
  })
})
