/** A page of the reference: what it is made from stands at its head, so that nobody edits the copy. */
export function page(title: string, order: number, madeFrom: string, ...parts: string[]): string {
  return `---\nsidebar:\n  order: ${order}\n---\n\n# ${title}\n\nMade from ${madeFrom} whenever the hub is built.\n\n${parts.join('\n\n')}\n`
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export const code = (text: string) => `\`${text}\``
