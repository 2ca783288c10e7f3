import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Catalog, type ForeignKey, readCatalog, type Table } from './catalog.ts'
import { code, page, table } from './page.ts'

const ROOT = join(import.meta.dirname, '../..')
/** The tables of the diagram that Nexus began with, and shares. */
const CORE = ['users', 'posts', 'follows', 'comments', 'likes', 'shares']

export function describeTables(catalog: Catalog = readCatalog()): string {
  const owners = readOwners()
  const rooms = [...new Set(catalog.tables.map(({ name }) => owners.get(name) ?? PLATFORM))].sort()
  const sections = rooms.map((room) => {
    const own = catalog.tables.filter(({ name }) => (owners.get(name) ?? PLATFORM) === room)
    return [`## ${room}`, ...own.map((each) => describeTable(each, catalog))].join('\n\n')
  })
  return page(
    'Tables',
    7,
    '`schema.sql`, which a test holds against the catalog of a migrated database',
    INTRODUCTION,
    ERD_HEAD,
    drawErd(catalog, CORE),
    ...sections,
  )
}

const PLATFORM = 'platform'

const INTRODUCTION = `Each table belongs to one room of \`src/domain/\`, whose verbs alone write it; those of the outbox, queue, schedules and caches to the platform. Functions and
triggers are in \`schema.sql\`, which a test holds against the catalog of a migrated database.`

const ERD_HEAD = '## Who and what, at a glance'

/** Which room owns which table: the first line of its README says so. */
function readOwners(): Map<string, string> {
  const owners = new Map<string, string>()
  for (const file of globSync('src/domain/*/README.md', { cwd: ROOT })) {
    const room = file.split('/')[2] ?? ''
    const owned = /Owns: ([^.]+)\./.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1] ?? ''
    for (const name of owned.split(/,\s*(?:and\s+)?/)) owners.set(name, room)
  }
  return owners
}

/** These tables of the catalog and the keys between them, as a diagram. */
export function drawErd({ tables, foreignKeys }: Catalog, names: readonly string[]): string {
  const within = (key: ForeignKey) => names.includes(key.table) && names.includes(key.references)
  const lines = foreignKeys
    .filter(within)
    .map(
      (key) => `    ${key.references} ${key.nullable ? '|o' : '||'}--${key.one ? 'o|' : 'o{'} ${key.table} : "${key.columns.join(', ')}"`,
    )
  const boxes = names.flatMap((name) => tables.filter((each) => each.name === name)).map((each) => boxOf(each, foreignKeys))
  return `\`\`\`mermaid The tables ${names.join(', ')} with their columns and keys\nerDiagram\n${[...lines, ...boxes].join('\n')}\n\`\`\``
}

function boxOf({ name, columns }: Table, foreignKeys: ForeignKey[]): string {
  const foreign = new Set(foreignKeys.filter((key) => key.table === name).flatMap((key) => key.columns))
  const rows = columns.map((column) => {
    const marks = [column.primary && 'PK', foreign.has(column.name) && 'FK'].filter(Boolean).join(', ')
    return `        ${shortType(column.type)} ${column.name}${marks ? ` ${marks}` : ''}`
  })
  return `    ${name} {\n${rows.join('\n')}\n    }`
}

const shortType = (type: string) => type.replace('timestamp with time zone', 'timestamptz').replace('[]', '_array').replace(/\W+/g, '_')

function describeTable(each: Table, { foreignKeys }: Catalog): string {
  const keys = foreignKeys.filter((key) => key.table === each.name)
  const rows = each.columns.map((column) => {
    const key = keys.find(({ columns }) => columns.includes(column.name))
    const refers = key ? `[${key.references}](#${key.references}), on delete ${key.whenDeleted}` : ''
    return [code(column.name), `${column.type}${column.nullable ? ', or null' : ''}`, column.madeBy ? code(column.madeBy) : '', refers]
  })
  const held = [...each.constraints, ...each.indexes.map((index) => `index ${index}`)].map((line) => `- ${code(line)}`)
  return [`### ${each.name}`, table(['Column', 'Type', 'Made by', 'Refers to'], rows), held.join('\n')].join('\n\n')
}
