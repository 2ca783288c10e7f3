import type { Command } from 'commander'
import { program } from '../../src/command-line.ts'
import { code, page, table } from './page.ts'

export function describeCommands(): string {
  const commands = leavesOf(program(), 'nexus').map(({ path, command }) => describe(path, command))
  return page('Commands', 4, '`src/command-line.ts`', INTRODUCTION, ...commands)
}

const INTRODUCTION = `In a clone each is run by \`npx nexus …\`, in the image as its command. All read the same [settings](configuration.md), work on the same database, and may be
run beside a server or without one. An expected failure is one sentence on standard error, and exit code 1.`

/** The commands that do something, each with the words that lead to it. */
export function leavesOf(command: Command, path: string): { path: string; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }]
  return command.commands.flatMap((child) => leavesOf(child, `${path} ${child.name()}`))
}

function describe(path: string, command: Command): string {
  const names = command.registeredArguments.map((argument) => (argument.variadic ? `<${argument.name()}...>` : `<${argument.name()}>`))
  const given = command.registeredArguments.map((argument, at) => [code(names[at] ?? ''), argument.description, 'refused'])
  const options = command.options.map(({ flags, description, mandatory, defaultValue }) => [
    code(flags),
    description,
    mandatory ? 'refused' : defaultValue === undefined || defaultValue === false ? 'not so' : code(String(defaultValue)),
  ])
  const rows = [...given, ...options]
  const sentence = `${command.description().slice(0, 1).toUpperCase()}${command.description().slice(1)}.`
  return [
    `## ${code([path, ...names].join(' '))}`,
    sentence,
    ...(rows.length > 0 ? [table(['Given', 'What it is', 'Without it'], rows)] : []),
  ].join('\n\n')
}
