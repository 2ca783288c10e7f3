import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program } from '../../src/command-line.ts'
import { listSettings } from '../../src/config.ts'
import { JOBS, jobsOf } from '../../src/workers/reactions.ts'
import { SCHEDULES } from '../../src/workers/schedules.ts'
import { readCatalog } from '../../tools/reference/catalog.ts'
import { leavesOf } from '../../tools/reference/commands.ts'
import { factsIn, sayingsOfJobs } from '../../tools/reference/jobs.ts'
import { listMetrics } from '../../tools/reference/metrics.ts'
import { drawErd } from '../../tools/reference/tables.ts'
import { describeAll } from '../../tools/write-reference.ts'
import { type Nexus, startNexus } from '../cast.ts'

const METRICS_TOKEN = 'a token for the metrics'
let nexus: Nexus
let pages: Map<string, string>
beforeAll(async () => {
  nexus = await startNexus({ environment: { METRICS_TOKEN } })
  pages = await describeAll()
})
afterAll(() => nexus?.close())

const doc = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const sentence = /^[`A-Z].{2,}/

describe('the reference says what is so', () => {
  it('has every field, argument and type that the server tells of itself', async () => {
    const { __schema } = await nexus.ask('{ __schema { types { name kind fields { name args { name } } } } }')
    const page = pages.get('graphql.md') ?? ''
    for (const type of __schema.types.filter(({ name }: { name: string }) => !/^(__|Int|String|ID|Boolean|Float)/.test(name))) {
      if (!/^(Query|Mutation|Subscription)$/.test(type.name)) expect(page).toContain(`\n### ${type.name}\n`)
      for (const { name, args } of type.fields ?? []) {
        const signature = args.length === 0 ? '' : `\\(${args.map((arg: { name: string }) => `${arg.name}: [^)]*`).join('')}\\)`
        expect(page, `${type.name}.${name}`).toMatch(new RegExp(`^\\| \`${name}${signature}: `, 'm'))
      }
    }
  })

  it('has a sentence for every setting, command, option and job', () => {
    for (const [name, { description }] of Object.entries(listSettings(false))) expect(description, name).toMatch(sentence)
    for (const { path, command } of leavesOf(program(), 'nexus')) {
      expect(command.description(), path).toMatch(/^[a-z].{10,}/)
      expect(pages.get('commands.md')).toContain(`## \`${path}`)
    }
    const sayings = sayingsOfJobs()
    for (const name of JOBS.keys()) expect(sayings.get(name), name).toMatch(sentence)
  })

  it('knows each fact that somebody announces, and no job follows from one that nobody does', () => {
    const names = factsIn().map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
    const followed = new Set(names.flatMap((name) => jobsOf(name).map((job) => job.name)))
    const table = pages.get('facts-and-jobs.md') ?? ''
    for (const name of [...names, ...followed]) expect(table).toContain(`\`${name}\``)
  })

  it('has every metric that the server answers, and its guide every one of ours', async () => {
    const answer = await fetch(`${nexus.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
    const answered = [...(await answer.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    expect(answered.length).toBeGreaterThan(20)
    const listed = (await listMetrics()).map(({ name }) => name)
    expect(listed).toEqual(expect.arrayContaining(answered))
    const guide = await doc('metrics.md')
    for (const name of listed.filter((each) => each.startsWith('nexus_'))) expect(guide).toContain(`\`${name}\``)
  })

  it('has every schedule in its guide', async () => {
    const guide = await doc('schedules.md')
    for (const { name } of SCHEDULES) expect(guide).toContain(`| \`${name}\` |`)
  })

  it('draws the tables, columns and keys that the catalog has', async () => {
    const catalog = readCatalog()
    const live = await nexus.sql(
      `select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
         exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p' and a.attnum = any(k.conkey)) as "primary"
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname collate "C", a.attnum`,
    )
    const kept = catalog.tables.flatMap(({ name, columns }) =>
      columns.map((column) => ({
        table: name,
        column: column.name,
        type: column.type,
        nullable: column.nullable,
        primary: column.primary,
      })),
    )
    expect(kept).toEqual(live)
    const keys = await nexus.sql(
      `select conrelid::regclass::text as "table", confrelid::regclass::text as "references", conname from pg_constraint
       where contype = 'f' and connamespace = 'public'::regnamespace order by conrelid::regclass::text collate "C", conname collate "C"`,
    )
    expect(catalog.foreignKeys.map((key) => [key.table, key.references])).toEqual(keys.map((key) => [key.table, key.references]))
  })

  it('draws the diagram that it began with, as it is in the database', () => {
    const erd = drawErd(readCatalog(), ['users', 'posts', 'follows', 'comments', 'likes', 'shares'])
    expect(pages.get('tables.md')).toContain(erd)
    for (const line of [
      'users ||--o{ posts',
      'users ||--o{ follows',
      'users ||--o{ comments',
      'users ||--o{ likes',
      'posts ||--o{ comments',
      'posts ||--o{ likes',
    ])
      expect(erd).toContain(line)
  })
})
