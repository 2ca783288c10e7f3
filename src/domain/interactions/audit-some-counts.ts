import type { Reader, Writer } from '../../platform/database/statement.ts'
import { noteAudit } from '../../platform/observe/note-audit.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { Tick } from '../../platform/schedules/schedule.ts'
import { auditSomeCounts } from './audit-counts.ts'

/** Of each kind, in one statement that must end well within a read's 5 s however many likes they have. */
const SUBJECTS_LOOKED_AT_MAX = 500

interface AuditContext {
  database: Reader & Writer
  log: { error(details: object, message: string): void }
}

/** Compares the counts of some users, posts and comments with their rows and notes what was found. Nothing is counted anew: an operator looks first. */
export const auditCountsOfSome = defineJob({
  name: 'interactions.audit-some-counts',
  input: Tick,
  lane: 'bulk',
  attemptsMax: 3,
  run: async ({ database, log }: AuditContext) => {
    const { lookedAt, drifts } = await auditSomeCounts(database, SUBJECTS_LOOKED_AT_MAX, Math.random())
    if (drifts.length > 0) log.error({ lookedAt, drifts: drifts.slice(0, 10) }, 'kept counts differ from their rows')
    const findings = drifts.map(({ kind, id, kept, counted }) => `${kind} ${id}: kept ${kept}, counted ${counted}`)
    await noteAudit(database, { kind: 'counts', lookedAt, differing: drifts.length, findings })
  },
})
