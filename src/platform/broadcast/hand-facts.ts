import type { Writer } from '../database/statement.ts'
import { takeFacts } from '../outbox/take-facts.ts'
import type { InProcessHearing } from './hear-in-process.ts'

/** A process in which nobody listens leaves facts to those in which somebody does, and takes away what nobody wanted. */
const UNWANTED_MS = 3000

/** Takes facts away and tells them, once that is committed, to whoever listens in this process. Answers how many there were. @throws Unavailable */
export async function handFacts(database: Writer, hearing: InProcessHearing, count: number): Promise<number> {
  const agedMs = hearing.hasListeners() ? 0 : UNWANTED_MS
  const facts = await database.transaction((tx) => takeFacts(tx, count, agedMs))
  hearing.tell(facts)
  return facts.length
}
