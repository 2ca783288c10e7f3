import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { copyBinaries } from '../../src/platform/database/embedded/copy-binaries.ts'
import { findBinaries, tryBinaries } from '../../src/platform/database/embedded/find-binaries.ts'
import {
  cluster,
  copyTree,
  home,
  kill,
  launch,
  leaveNothingBehind,
  mark,
  NOBODY,
  nexus,
  query,
  serverPid,
  temporary,
  until,
  weAreRoot,
} from './launch-nexus.ts'

// Each test starts a few servers, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

leaveNothingBehind()

describe('the embedded server', () => {
  it('lets one of two first starts at once win, and the other say so', async () => {
    const dataDir = join(temporary(), '.nexus')
    const both = await Promise.all([nexus(dataDir), nexus(dataDir)])
    const [winner, loser] = both.sort((a, b) => Number('refused' in a.said) - Number('refused' in b.said))
    expect(loser?.said.refused).toContain(`Another Nexus (process ${winner?.pid})`)
    expect(await query(winner!.said.url, 'SELECT 1')).toEqual([1])
    expect(readdirSync(home(dataDir)).filter((name) => name.includes('.new-'))).toEqual([])
    await winner!.close()
  })

  it('survives a first start that is killed while it makes the database', async () => {
    const dataDir = join(temporary(), '.nexus')
    const { pid } = launch(dataDir)
    const drafts = () =>
      (existsSync(join(dataDir, 'postgres')) ? readdirSync(home(dataDir)) : []).filter((name) => name.startsWith('cluster.new-'))
    await until(() => drafts().some((draft) => existsSync(join(home(dataDir), draft, 'data/base'))))
    process.kill(-pid, 'SIGKILL')
    expect(existsSync(cluster(dataDir))).toBe(false)

    const next = await nexus(dataDir)
    expect(await query(next.said.url, 'SELECT 1')).toEqual([1])
    expect(drafts()).toEqual([])
    await next.close()
  })

  it.each(["it's a spaced, ü folder", 'deep/'.repeat(30)])('works in %s', async (name) => {
    const dataDir = join(temporary(), name)
    const one = await nexus(dataDir)
    expect(await query(one.said.url, 'SELECT current_database()')).toEqual(['nexus'])
    expect(one.said.url.includes('127.0.0.1')).toBe(name.startsWith('deep'))
    await expect(query(one.said.url.replace(/nexus:[^@]+/, 'nexus:guess'), 'SELECT 1')).rejects.toThrow('password')

    await kill(serverPid(dataDir))
    await until(() => query(one.said.url, 'SELECT 1').then(Boolean, () => false))
    await kill(one.pid)
    const next = await nexus(dataDir)
    expect(await query(next.said.url, 'SELECT current_database()')).toEqual(['nexus'])
    await next.close()
  })

  it('says in a sentence why it cannot start', async () => {
    const dataDir = join(temporary(), '.nexus')
    await (await nexus(dataDir)).close()
    const data = join(cluster(dataDir), 'data')

    const settings = readFileSync(join(data, 'postgresql.conf'))
    writeFileSync(join(data, 'postgresql.conf'), 'shared_bufers = 1\n')
    const { refused } = (await nexus(dataDir)).said
    expect(refused).toMatch(/^PostgreSQL did not start: .*unrecognized configuration parameter "shared_bufers".*server\.log\)$/)
    writeFileSync(join(data, 'postgresql.conf'), settings)

    writeFileSync(join(data, 'PG_VERSION'), '17\n')
    expect((await nexus(dataDir)).said.refused).toMatch(
      /made by PostgreSQL 17, and this Nexus brings 18: write it out with "nexus export DIR"/,
    )

    const file = join(temporary(), 'a-file')
    writeFileSync(file, '')
    expect((await nexus(join(file, '.nexus'))).said.refused).toMatch(/cannot use .*a-file.*ENOTDIR.*set NEXUS_DATA_DIR/)
    expect((await nexus('/proc/nexus/data')).said.refused).toMatch(/cannot use .*set NEXUS_DATA_DIR/)
  })

  it('names DATABASE_URL where there is no PostgreSQL for the machine', () => {
    const { arch } = process
    Object.defineProperty(process, 'arch', { value: 'abacus' })
    try {
      expect(() => findBinaries()).toThrow(/no embedded PostgreSQL for \w+-abacus here: set DATABASE_URL/)
    } finally {
      Object.defineProperty(process, 'arch', { value: arch })
    }
  })

  it("makes the links between the libraries when npm's install scripts were switched off", async () => {
    const packaged = findBinaries()
    const bare = join(temporary(), 'bare')
    cpSync(packaged.folder, bare, { recursive: true, verbatimSymlinks: true, filter: (path) => !lstatSync(path).isSymbolicLink() })
    expect(tryBinaries(bare, undefined)).toHaveProperty('complaint')

    const copy = join(dirname(bare), 'copy')
    await copyBinaries({ ...packaged, folder: bare }, copy)
    expect(tryBinaries(copy, undefined)).toEqual({ major: '18' })
    expect(readdirSync(dirname(bare)).sort()).toEqual(['bare', 'copy'])
  })
})

if (weAreRoot) {
  describe('the embedded server of root', () => {
    it('lies in /var/lib/nexus when the folder is closed to others, says so, and is found again', async () => {
      const closed = join(temporary(), 'closed')
      mkdirSync(closed, { mode: 0o700 })
      const dataDir = join(closed, '.nexus')
      const first = await nexus(dataDir)
      expect(first.said.refused).toBeUndefined()
      const far = home(dataDir)
      expect(far).toMatch(/^\/var\/lib\/nexus\/[0-9a-f]{16}$/)
      expect(first.said.logged.join()).toContain(`cannot enter ${dataDir}/postgres, so the database lies in ${far}`)
      await query(first.said.url, 'CREATE TABLE kept AS SELECT 1 AS n')
      await first.close()

      rmSync(join(dataDir, 'postgres'))
      chmodSync(closed, 0o755)
      const again = await nexus(dataDir)
      expect(home(dataDir)).toBe(far)
      expect(await query(again.said.url, 'SELECT n FROM kept')).toEqual([1])
      await again.close()
    })

    it('copies PostgreSQL once when only the project is closed to others, beside the data that stay where they were wanted', async () => {
      const tree = copyTree()
      chmodSync(tree, 0o700)
      const dataDir = join(temporary(), 'data')
      const first = await nexus(dataDir, { tree })
      const copy = join(dataDir, 'postgres', `binaries-${findBinaries().name}`)
      expect(first.said.logged).toEqual([`PostgreSQL cannot be run from where npm put it: a copy (60 MB) goes to ${copy}`])
      await first.close()
      const second = await nexus(dataDir, { tree })
      expect(second.said.logged).toEqual([])
      await second.close()

      // A copy that was spoilt, by a crash of the machine before it was on the disk, is made again.
      writeFileSync(join(copy, 'bin/postgres'), '')
      const third = await nexus(dataDir, { tree })
      expect(await query(third.said.url, 'SELECT 1')).toEqual([1])
      await third.close()
    })

    it('does not begin an empty database when the folder was closed later', async () => {
      const folder = join(temporary(), 'open')
      mkdirSync(folder)
      await (await nexus(join(folder, '.nexus'))).close()
      chmodSync(folder, 0o700)
      expect((await nexus(join(folder, '.nexus'))).said.refused).toMatch(/cannot enter .* any more: open the folders above it/)
    })

    it('runs the database of an ordinary user as that user, who can go on with it', async () => {
      const dataDir = join(temporary(NOBODY), '.nexus')
      await (await nexus(dataDir, { uid: NOBODY })).close()
      const byRoot = await nexus(dataDir)
      expect(statSync(mark(dataDir)).uid).toBe(NOBODY)
      await byRoot.close()
      const again = await nexus(dataDir, { uid: NOBODY })
      expect(again.said.refused).toBeUndefined()
      await again.close()
    })

    it('tells an ordinary user whose database it is', async () => {
      const dataDir = join(temporary(), '.nexus')
      await (await nexus(dataDir)).close()
      const { refused } = (await nexus(dataDir, { uid: NOBODY })).said
      expect(refused).toMatch(/belongs to another user \(uid \d+\): start Nexus as that user or as root/)
    })
  })
}
