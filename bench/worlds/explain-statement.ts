import type pg from 'pg'
import { declaredStatements } from '../../src/platform/database/statement.ts'
import type { HotCase } from './hot-statements.ts'

export interface Explained {
  title: string
  statement: string
  /** What PostgreSQL chooses by itself after some executions, and the plan made without a look at the values. */
  plan: 'custom' | 'generic'
  planningMs: number
  executionMs: number
  buffers: number
  /** Rows of which an index-only scan had to look at the table after all. */
  heapFetches: number
  /** The most rows that one step touched. */
  rowsTouched: number
  breaches: string[]
  text: string
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Heap Fetches'?: number
  'Sort Space Type'?: string
  'Shared Hit Blocks'?: number
  'Shared Read Blocks'?: number
  Plans?: PlanNode[]
}

/** From this size on, no statement may read a table from one end to the other. */
const BIG_TABLE_ROWS_MIN = 5000
const WARM_RUNS = 3

/** Runs a case under EXPLAIN (ANALYZE, BUFFERS) with a prepared statement, as the server does, and says what is wrong with its plan. */
export async function explainStatement(client: pg.Client, hot: HotCase, plan: Explained['plan']): Promise<Explained> {
  const text = declaredStatements().find((statement) => statement.name === hot.name)?.text
  if (text === undefined) throw new Error(`no statement is named ${hot.name}`)
  const execute = `execute explained (${hot.values.map(literal).join(', ')})`
  await client.query(`set plan_cache_mode = force_${plan}_plan`)
  await client.query(`prepare explained as ${text}`)
  for (let run = 0; run < WARM_RUNS; run += 1) await client.query(execute)
  const { rows: lines } = await client.query(`explain (analyze, buffers, timing off) ${execute}`)
  const { rows } = await client.query(`explain (analyze, buffers, timing off, format json) ${execute}`)
  await client.query('deallocate explained')
  const { Plan: root, ...times } = rows[0]['QUERY PLAN'][0]
  const nodes = nodesOf(root)
  return {
    title: hot.title,
    statement: hot.name,
    plan,
    planningMs: times['Planning Time'],
    executionMs: times['Execution Time'],
    buffers: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0),
    heapFetches: nodes.reduce((sum, node) => sum + (node['Heap Fetches'] ?? 0), 0),
    rowsTouched: Math.max(...nodes.map(rowsTouchedBy)),
    breaches: breachesOf(nodes, hot, await bigTables(client)),
    text: lines.map((line) => line['QUERY PLAN']).join('\n'),
  }
}

function breachesOf(nodes: PlanNode[], hot: HotCase, big: Set<string>): string[] {
  return nodes.flatMap((node) => {
    const table = node['Relation Name'] ?? ''
    const found: string[] = []
    const touched = rowsTouchedBy(node)
    if (node['Node Type'] === 'Seq Scan' && big.has(table)) found.push(`reads all of ${table}`)
    else if (touched > hot.rowsMax && (big.has(table) || node['Node Type'] === 'Sort'))
      found.push(`${node['Node Type']} ${table} touches ${touched} rows where ${hot.rowsMax} would do`)
    if (node['Sort Space Type'] === 'Disk') found.push('sorts on disk')
    return found
  })
}

function rowsTouchedBy(node: PlanNode): number {
  return Math.round((node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'])
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

async function bigTables(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query(`select relname from pg_class where relkind = 'r' and reltuples >= ${BIG_TABLE_ROWS_MIN}`)
  return new Set(rows.map((row) => row.relname))
}

function literal(value: number | boolean | string): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
