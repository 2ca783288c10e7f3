import type { Reader, Writer } from '../../../platform/database/statement.ts'
import { noteAudit } from '../../../platform/observe/note-audit.ts'
import { defineJob } from '../../../platform/queue/job.ts'
import { Tick } from '../../../platform/schedules/schedule.ts'
import { auditHeads, type HeadDifference } from './audit-heads.ts'
import type { Heads } from './open-heads.ts'

const HEADS_LOOKED_AT_MAX = 100

interface AuditContext {
  database: Reader & Writer
  /** Undefined in a worker without Redis. */
  heads: Heads | undefined
  log: { error(details: object, message: string): void }
}

/** Compares some heads with the follow graph and notes what was found. Heads that differ are taken away: the next read builds them anew. */
export const auditSomeHeads = defineJob({
  name: 'feeds.audit-some-heads',
  input: Tick,
  lane: 'bulk',
  attemptsMax: 3,
  run: auditAndNote,
})

async function auditAndNote({ database, heads, log }: AuditContext): Promise<void> {
  // Without Redis there is nothing to look at; the next tick looks again.
  if (!heads || !(await heads.takePulse())) return
  const { heads: lookedAt, differences } = await auditHeads(database, heads, { sample: HEADS_LOOKED_AT_MAX, repair: true })
  if (differences.length > 0) log.error({ lookedAt, differences: differences.slice(0, 10) }, 'heads differed from the follow graph')
  await noteAudit(database, { kind: 'feeds', lookedAt, differing: differences.length, findings: differences.map(describe) })
}

function describe({ viewerId, missing, extra, misordered }: HeadDifference): string {
  return `viewer ${viewerId}: ${missing.length} missing, ${extra.length} extra, ${misordered.length} misordered`
}
