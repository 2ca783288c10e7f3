import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where figures are written to and read from: NAME.json, and what is made of them. */
export interface Results {
  folder: string
  /** Answers what NAME.json holds, or undefined when it was not measured yet. */
  read<Result>(name: string): Promise<Result | undefined>
  write(name: string, result: object): Promise<void>
  writeText(file: string, text: string): Promise<void>
}

const COMMITTED = fileURLToPath(new URL('../results/', import.meta.url))

/** The committed results are of the whole world. Trials on another scale go to a temporary folder, so that they never take their place. A run of several has a folder in it. */
export function openResults(scale: number, run?: number): Results {
  const all = scale === 1 ? COMMITTED : join(tmpdir(), `nexus-bench-scale-${scale}`)
  const folder = run === undefined ? all : join(all, `run-${run}`)
  const writeText = async (file: string, text: string) => {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, file), text)
  }
  return {
    folder,
    read: (name) => readJson(join(folder, `${name}.json`)),
    write: (name, result) => writeText(`${name}.json`, `${JSON.stringify(result, null, 2)}\n`),
    writeText,
  }
}

async function readJson<Result>(path: string): Promise<Result | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
