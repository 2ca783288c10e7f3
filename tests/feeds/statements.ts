import { statementChannel } from '../../src/platform/database/connection.ts'
import type { Nexus } from '../cast.ts'

/** The names of the statements that are sent while `work` runs, the pulse and the workers' own aside. */
export async function statementsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const names: string[] = []
  const note = (message: unknown) => {
    const { name } = message as { name: string }
    if (!ASIDE.test(name)) names.push(name)
  }
  statementChannel.subscribe(note)
  try {
    await work()
  } finally {
    statementChannel.unsubscribe(note)
  }
  return names
}

/** As if everybody's last write lay some seconds back: until then a writer reads the primary. */
export async function forgetWrites(nexus: Pick<Nexus, 'sql'>): Promise<void> {
  await nexus.sql('update viewers set wrote_at = null')
}

const ASIDE = /^(feeds\.(pulse|epoch|say-heads-are-kept|meet-run|raise-epoch)|queue\..*|outbox\.take|broadcast\..*)$/
