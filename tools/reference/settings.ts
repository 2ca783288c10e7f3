import { listSettings } from '../../src/config.ts'
import { code, page, table } from './page.ts'

export function describeSettings(): string {
  const inProduction = listSettings(true)
  const rows = Object.entries(listSettings(false)).map(([name, setting]) => {
    const byDefault = shown(setting.default)
    const strict = shown(inProduction[name]?.default)
    return [
      code(name),
      strict === byDefault ? byDefault : `${byDefault}; in production ${strict}`,
      valuesOf(setting),
      setting.description ?? '',
    ]
  })
  return page('Configuration', 3, '`src/config.ts`', INTRODUCTION, table(['Setting', 'Default', 'Values', 'What it is for'], rows))
}

const INTRODUCTION = `Every setting is read from the environment, once, when a process starts; an empty one is the same as none. A wrong value, or half of what
belongs together, stops the start with one sentence that names it. What is in force, with secrets masked:

\`\`\`sh
npx nexus config
\`\`\``

function shown(value: unknown): string {
  return value === undefined || value === '' ? 'none' : code(String(value))
}

function valuesOf({ enum: choices, minimum, maximum, minLength }: ReturnType<typeof listSettings>[string]): string {
  if (choices) return choices.map((choice) => code(String(choice))).join(', ')
  if (minimum !== undefined) return `${minimum} to ${maximum}`
  return minLength === undefined ? '' : `at least ${minLength} characters`
}
