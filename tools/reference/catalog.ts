import { readFileSync } from 'node:fs'

export interface Column {
  name: string
  type: string
  nullable: boolean
  primary: boolean
  /** What makes its value where none is given. */
  madeBy: string
}

export interface ForeignKey {
  table: string
  columns: string[]
  references: string
  nullable: boolean
  whenDeleted: string
  /** At most one row for each that is referred to. */
  one: boolean
}

export interface Table {
  name: string
  columns: Column[]
  constraints: string[]
  indexes: string[]
}

export interface Catalog {
  tables: Table[]
  foreignKeys: ForeignKey[]
}

const SCHEMA = new URL('../../schema.sql', import.meta.url)

/** Reads schema.sql, which is the catalog written down: a test compares it with that of a migrated database. */
export function readCatalog(text: string = readFileSync(SCHEMA, 'utf8')): Catalog {
  const tables = [...text.matchAll(/^create table (\S+) \(\n([\s\S]*?)\n\)/gm)].map(([, name = '', body = '']) => tableOf(name, body, text))
  const keys = text.matchAll(
    /^alter table (\S+) add constraint \S+ FOREIGN KEY \(([^)]+)\) REFERENCES (\w+)\([^)]+\)(?: ON DELETE ([A-Z ]+))?;/gm,
  )
  return { tables, foreignKeys: [...keys].map(([, ...parts]) => keyOf(tables, parts)) }
}

function tableOf(name: string, body: string, text: string): Table {
  const lines = body.split(/,\n/).map((line) => line.trim())
  const constraints = lines.filter((line) => line.startsWith('constraint ')).map((line) => line.replace(/^constraint \S+ /, ''))
  const primary = new Set(columnsOf(constraints.find((line) => line.startsWith('PRIMARY KEY')) ?? ''))
  const columns = lines.filter((line) => !line.startsWith('constraint ')).map((line) => columnOf(line, primary))
  const indexes = [...text.matchAll(new RegExp(`^CREATE (UNIQUE )?INDEX (\\S+) ON public\\.${name} USING (.+);$`, 'gm'))]
  return { name, columns, constraints, indexes: indexes.map(([, unique = '', index, rest]) => `${index}: ${unique.toLowerCase()}${rest}`) }
}

function columnOf(line: string, primary: Set<string>): Column {
  const {
    name = '',
    type = '',
    rest = '',
  } = /^(?<name>"?\w+"?) (?<type>.+?)(?<rest> not null.*| default .*| generated .*|)$/.exec(line)?.groups ?? {}
  const plain = name.replaceAll('"', '')
  const madeBy = /(?:default|generated (?:always|by default) as) (.+)$/.exec(rest)?.[1] ?? ''
  return { name: plain, type, nullable: !rest.startsWith(' not null'), primary: primary.has(plain), madeBy }
}

const columnsOf = (constraint: string) => (/\(([^)]+)\)/.exec(constraint)?.[1] ?? '').split(', ').map((name) => name.replaceAll('"', ''))

function keyOf(tables: Table[], [name = '', list = '', references = '', whenDeleted = 'NO ACTION']: (string | undefined)[]): ForeignKey {
  const table = tables.find((each) => each.name === name)
  const columns = list.split(', ')
  const sameColumns = (constraint: string) => /^(PRIMARY KEY|UNIQUE) \(/.test(constraint) && columnsOf(constraint).join() === columns.join()
  return {
    table: name,
    columns,
    references,
    whenDeleted: whenDeleted.toLowerCase(),
    nullable: columns.some((column) => table?.columns.find((each) => each.name === column)?.nullable),
    one: table?.constraints.some(sameColumns) ?? false,
  }
}
