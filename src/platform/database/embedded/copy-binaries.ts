import { constants, existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Binaries } from './find-binaries.ts'

/**
 * Copies PostgreSQL (60 MB) to a place where its user can read and run it, with the links between its libraries. The copy appears
 * at once and whole: it is made under another name, so that a start that is killed leaves nothing half-made behind.
 */
export async function copyBinaries(from: Binaries, to: string): Promise<void> {
  const draft = await mkdtemp(`${to}.new-`)
  try {
    await copyFolder(from.folder, draft)
    await makeMissingLinks(draft)
    await rename(draft, to)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(to)) throw error
  }
}

/** Modes are set, not kept: an installation under umask 077 is closed to everyone but its owner. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyFolder(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else {
      await copyFile(source, target, constants.COPYFILE_FICLONE)
      await chmod(target, (await stat(source)).mode & 0o100 ? 0o755 : 0o644)
    }
  }
}

/** An npm package cannot hold links: its install script makes them from this list, unless install scripts are switched off. */
async function makeMissingLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(folder, relative('native', target))
    if (existsSync(link)) continue

    await rm(link, { force: true })
    await symlink(join(relative(dirname(target), dirname(source)), basename(source)), link)
  }
}
