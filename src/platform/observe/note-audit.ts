import { type Reader, statement, type Writer } from '../database/statement.ts'

/** Of each kind so many are kept, the newest. */
const AUDITS_KEPT_MAX = 500
const FINDINGS_KEPT_MAX = 20

/** What an audit found: of so many things that it looked at so many differ from what is so. */
export interface AuditFound {
  kind: 'feeds' | 'counts'
  lookedAt: number
  differing: number
  /** What differs, in words. */
  findings: string[]
}

const insertAudit = statement<never>(
  'observe.note-audit',
  'insert into audits (kind, looked_at, differing, findings) values ($1, $2, $3, $4)',
)
const deleteOlder = statement<never>(
  'observe.delete-older-audits',
  'delete from audits where kind = $1 and id <= (select id from audits where kind = $1 order by id desc offset $2 limit 1)',
)

/** Notes what an audit found, for metrics and administrators. */
export async function noteAudit(database: Writer, { kind, lookedAt, differing, findings }: AuditFound): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.rows(insertAudit, [kind, lookedAt, differing, findings.slice(0, FINDINGS_KEPT_MAX)])
    await tx.rows(deleteOlder, [kind, AUDITS_KEPT_MAX])
  })
}

export interface AuditSeen extends AuditFound {
  endedAt: Date
}

const audits = statement<AuditSeen>(
  'observe.audits',
  'select kind, ended_at as "endedAt", looked_at as "lookedAt", differing, findings from audits order by id desc limit $1',
)

/** What the last audits found, newest first. */
export function readAudits(reader: Reader, count: number): Promise<AuditSeen[]> {
  return reader.rows(audits, [count])
}
