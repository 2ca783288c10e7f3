import { openFeedsForCommand, openForCommand } from '../app.ts'
import { readConfig } from '../config.ts'
import { auditHeads, type HeadDifference } from '../domain/feeds/heads/audit-heads.ts'
import { auditCounts, repairCounts } from '../domain/interactions/audit-counts.ts'
import { openLog } from '../platform/observe/open-log.ts'

const DIFFERENCES_SHOWN_MAX = 50
const IDS_SHOWN_MAX = 10

/** Compares heads with the follow graph. The exit code is 1 when one of them differs. */
export async function auditFeeds({ sample, repair }: { sample: number; repair: boolean }): Promise<void> {
  const { database, heads, close } = await openFeedsForCommand(readConfig(), openLog('warn'))
  try {
    const audit = await auditHeads(database, heads, { sample, repair })
    for (const difference of audit.differences.slice(0, DIFFERENCES_SHOWN_MAX)) process.stdout.write(describe(difference))
    const { length } = audit.differences
    process.stdout.write(
      `${audit.heads} heads with ${audit.entries} entries: ${length} differ${repair && length > 0 ? ', and are taken away' : ''}.\n`,
    )
    if (length > 0 && !repair) process.exitCode = 1
  } finally {
    await close()
  }
}

function describe({ viewerId, missing, extra, misordered }: HeadDifference): string {
  const parts = Object.entries({ missing, extra, misordered }).filter(([, ids]) => ids.length > 0)
  const list = (ids: number[]) => `${ids.slice(0, IDS_SHOWN_MAX).join(' ')}${ids.length > IDS_SHOWN_MAX ? ' …' : ''}`
  return `viewer ${viewerId}: ${parts.map(([name, ids]) => `${ids.length} ${name} (${list(ids)})`).join(', ')}\n`
}

/** Compares every kept count with the rows themselves. The exit code is 1 when one is wrong. */
export async function auditAllCounts({ repair }: { repair: boolean }): Promise<void> {
  const { database, close } = await openForCommand(readConfig(), openLog('warn'))
  try {
    const drifts = await auditCounts(database, DIFFERENCES_SHOWN_MAX)
    for (const { kind, id, kept, counted } of drifts) process.stdout.write(`${kind} ${id}: kept ${kept}, counted ${counted}\n`)
    if (repair) for (const drift of drifts) await repairCounts(database, drift)
    process.stdout.write(
      drifts.length === 0 ? 'Every count is exact.\n' : `${drifts.length} are wrong${repair ? ', and are counted anew' : ''}.\n`,
    )
    if (drifts.length > 0 && !repair) process.exitCode = 1
  } finally {
    await close()
  }
}
