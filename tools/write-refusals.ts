import { writeFile } from 'node:fs/promises'
import { listRefusals } from '../src/refusals.ts'

/** Writes docs/refusals.md from the table in src/refusals.ts: `npx node tools/write-refusals.ts`. A test checks that it was. */
export function describeRefusals(): string {
  const rows = listRefusals().map(({ name, code, status, sentence }) => `| ${code} | \`${name}\` | ${status} | ${sentence} |`)
  return `${HEAD}\n${rows.sort().join('\n')}\n`
}

const HEAD = `# Refusals

Every expected refusal. GraphQL answers it as a top-level error with \`extensions.code\`; \`extensions.field\` names the argument where one is
at fault, \`extensions.retryAfter\` counts seconds for RATE_LIMITED and UNAVAILABLE. What was executed is answered with HTTP 200; the status below
is that of what was not executed, and of surfaces that have one for each answer. Anything unexpected is INTERNAL, with
\`extensions.requestId\` to find it in the log by. Made from \`src/refusals.ts\` by \`npx node tools/write-refusals.ts\`.

| Code | Refusal | Status | Says |
|---|---|---|---|`

if (process.argv[1] === import.meta.filename) await writeFile(new URL('../docs/refusals.md', import.meta.url), describeRefusals())
