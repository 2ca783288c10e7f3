import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Breach, checkEntrances, checkHouse, ROOMS, targetOf } from './tidy-rules.ts'
import { readSource, type Source } from './tidy-source.ts'

const FOLDERS = ['src', 'tests', 'faults', 'tools', 'bench']
const LINES_WARN = 250
const LINES_MAX = 400
const DOMAIN_LINES_MAX = 250
const SHAPELESS_NAME = /(^|[-.])(utils?|helpers?|services?|managers?)(\.[a-z.]+)?$/

/** Every breach of the house's rules below `root`, sorted by file and line; warnings are marked. */
export function tidy(root: string): Breach[] {
  const sources = new Map(
    FOLDERS.flatMap((folder) => listFiles(root, folder)).map((file) => [file, readSource(readFileSync(join(root, file), 'utf8'))]),
  )
  const breaches = [...sources].flatMap(([file, source]) => [
    ...checkShape(file, source),
    ...checkEntrances(file, source),
    ...(file.startsWith('src/') ? checkHouse(file, source) : []),
  ])
  breaches.push(...checkCircles(sources), ...checkReadmes(root))
  return breaches.sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
}

function listFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  return files
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, '/').length))
    .filter((file) => !file.includes('node_modules'))
}

function checkShape(file: string, source: Source): Breach[] {
  const breaches: Breach[] = []
  const max = file.startsWith('src/domain/') ? DOMAIN_LINES_MAX : LINES_MAX
  const { lineCount } = source
  if (lineCount > max)
    breaches.push({ file, line: max + 1, sentence: `${lineCount} lines, and ${max} is the most: it is two rooms in one.` })
  else if (lineCount > LINES_WARN) breaches.push({ file, line: LINES_WARN + 1, sentence: `${lineCount} lines are many.`, warning: true })
  const vague = file.split('/').find((name) => SHAPELESS_NAME.test(name))
  if (vague !== undefined) breaches.push({ file, line: 1, sentence: `${vague} does not say what it holds: name it by what it does.` })
  if (source.onlyReexports || file.endsWith('/index.ts'))
    breaches.push({ file, line: 1, sentence: 'no barrel files: import from the file itself.' })
  return breaches
}

/** One breach for each group of files that import each other in a circle, told at the file where the walk came in. */
function checkCircles(sources: Map<string, Source>): Breach[] {
  const breaches: Breach[] = []
  const done = new Set<string>()
  for (const file of sources.keys()) walk(file, [])
  return breaches

  function walk(file: string, trail: string[]): void {
    if (done.has(file)) return
    for (const { specifier, line } of sources.get(file)?.imports ?? []) {
      const target = targetOf(file, specifier)
      if (target === undefined || !sources.has(target)) continue
      const path = [...trail, file]
      const start = path.indexOf(target)
      if (start < 0) walk(target, path)
      else breaches.push({ file, line, sentence: `a circle: ${[...path.slice(start), target].join(' -> ')}.` })
    }
    done.add(file)
  }
}

function checkReadmes(root: string): Breach[] {
  const rooms = ['src/domain', 'src/platform'].flatMap((parent) => foldersOf(root, parent))
  return rooms.flatMap((room) => {
    const file = `${room}/README.md`
    if (existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8').startsWith('> ')) return []
    return [{ file, line: 1, sentence: 'a room has a README whose first line starts with "> " and says what it owns.' }]
  })
}

function foldersOf(root: string, parent: string): string[] {
  if (!existsSync(join(root, parent))) return []
  const folders = readdirSync(join(root, parent), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => `${parent}/${name}`)
}

if (import.meta.main) {
  const breaches = tidy(process.cwd())
  for (const { file, line, sentence, warning } of breaches) console.log(`${file}:${line}: ${warning ? 'warning: ' : ''}${sentence}`)
  const failed = breaches.filter(({ warning }) => !warning).length
  console.log(failed === 0 ? `tidy: ${Object.keys(ROOMS).length} rooms, no breach.` : `tidy: ${failed} breaches.`)
  process.exitCode = failed === 0 ? 0 : 1
}
