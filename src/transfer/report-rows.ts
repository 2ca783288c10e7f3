import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyOut, type Session } from '../platform/database/copy.ts'
import type { FolderFormat } from './file-format.ts'
import type { SourceFile } from './find-files.ts'

/** So many bad rows are shown; where there are more, a file has all of them. */
const BAD_ROWS_SHOWN_MAX = 20

/** What became of a file's rows. A file that says something of another's rows adds none of its own: `added` and `there` are null. */
export interface FileReport {
  file: string
  rows: number
  added: number | null
  there: number | null
  bad: number
}

export interface BadRow {
  file: string
  line: number
  sentence: string
}

export interface RowsReport {
  files: FileReport[]
  /** The first bad rows, in the order of files and lines. */
  badRows: BadRow[]
  badCount: number
  /** Where all of them are listed, when they are more than are shown. */
  badRowsFile: string | undefined
}

/** Reads out of the staging tables what became of each row. */
export async function reportRows(
  session: Session,
  layout: FolderFormat,
  sources: readonly SourceFile[],
  reportsDir: string,
): Promise<RowsReport> {
  const files: FileReport[] = []
  for (const { format } of sources) files.push(await reportFile(session, format.file, RESULTS[format.table] ?? format.table, layout))
  const lists = sources.map(({ format }, place) => {
    const table = RESULTS[format.table] ?? format.table
    return `select ${place} as place, '${format.file}' as file, line, min(fault) as sentence from ${table} where fault is not null group by line`
  })
  const all = `select file, line, sentence from (${lists.join(' union all ')}) bad order by place, line`
  const badCount = files.reduce((count, { bad }) => count + bad, 0)
  const { rows } = await session.query(`${all} limit ${BAD_ROWS_SHOWN_MAX}`)
  const badRowsFile = badCount > BAD_ROWS_SHOWN_MAX ? await listAll(session, all, reportsDir) : undefined
  return { files, badRows: rows as BadRow[], badCount, badRowsFile }
}

/** Where the rows of a file end up when it is not the table that they were staged in. */
const RESULTS: Record<string, string> = {
  ldbc_persons: 'staged_users',
  ldbc_friendships: 'staged_follows',
  ldbc_posts: 'staged_posts',
  ldbc_comments: 'staged_comments',
  ldbc_likes: 'staged_likes',
  ldbc_comment_likes: 'staged_comment_likes',
}

async function reportFile(session: Session, file: string, table: string, layout: FolderFormat): Promise<FileReport> {
  const { rows } = await session.query(
    `select count(*) as rows, count(*) filter (where bad) as bad, count(*) filter (where not bad and fresh) as added,
       count(*) filter (where not bad and not fresh) as there
     from (select bool_or(fault is not null) as bad, bool_or(not there) as fresh from ${table} group by line) lines`,
  )
  const addsRows = layout.resolved.length === 0 || layout.resolved.some((format) => format.table === table)
  return addsRows ? { file, ...rows[0] } : { file, ...rows[0], added: null, there: null }
}

async function listAll(session: Session, query: string, reportsDir: string): Promise<string> {
  await mkdir(reportsDir, { recursive: true })
  const file = join(reportsDir, `bad-rows-${new Date().toISOString().replaceAll(':', '-')}.csv`)
  await copyOut(session, query, file)
  return file
}
