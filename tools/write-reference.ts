import { mkdir, rm, writeFile } from 'node:fs/promises'
import { describeCommands } from './reference/commands.ts'
import { describeGraphql } from './reference/graphql.ts'
import { describeFactsAndJobs } from './reference/jobs.ts'
import { describeMetrics } from './reference/metrics.ts'
import { describeRest } from './reference/rest.ts'
import { describeSettings } from './reference/settings.ts'
import { describeTables } from './reference/tables.ts'

/**
 * Writes the reference into docs/reference/ from what the server is made of. The hub's build does so each time: the pages are never older
 * than the code beside them, and are not committed.
 */
const PAGES: Record<string, () => string | Promise<string>> = {
  'graphql.md': describeGraphql,
  'rest.md': describeRest,
  'configuration.md': describeSettings,
  'commands.md': describeCommands,
  'facts-and-jobs.md': describeFactsAndJobs,
  'metrics.md': describeMetrics,
  'tables.md': describeTables,
}

/** The text of each page, by its file. */
export async function describeAll(): Promise<Map<string, string>> {
  return new Map(await Promise.all(Object.entries(PAGES).map(async ([name, describe]) => [name, await describe()] as const)))
}

if (import.meta.main) {
  const folder = new URL('../docs/reference/', import.meta.url)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const [name, text] of await describeAll()) await writeFile(new URL(name, folder), text)
}
