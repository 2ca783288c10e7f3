import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import {
  cluster,
  home,
  isGone,
  isRunning,
  kill,
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

const people = weAreRoot
  ? [
      { who: 'root', uid: undefined },
      { who: 'an ordinary user', uid: NOBODY },
    ]
  : [{ who: 'an ordinary user', uid: undefined }]

describe.each(people)('the embedded server, started by $who', ({ uid }) => {
  let dataDir: string
  const start = () => nexus(dataDir, { uid })
  const command = () => nexus(dataDir, { uid, purpose: 'command' })

  beforeAll(async () => {
    dataDir = join(temporary(uid), '.nexus')
    const first = await start()
    expect(first.said.refused).toBeUndefined()
    expect(first.said.owned).toBe(true)
    await query(first.said.url, "CREATE TABLE kept AS SELECT 'ÄRGER' AS word")
    await first.close()
  })

  it('keeps what was written for the next start, knows the case of all letters, and leaves no process behind', async () => {
    expect(isRunning(dataDir)).toBe(false)
    const second = await start()
    const pid = serverPid(dataDir)
    expect(await query(second.said.url, 'SELECT lower(word) FROM kept')).toEqual(['ärger'])
    const settings = "SELECT current_setting(s) FROM unnest('{fsync,synchronous_commit,jit,TimeZone}'::text[]) s"
    expect(await query(second.said.url, settings)).toEqual(['on', 'on', 'off', 'UTC'])
    await second.close()
    expect(isGone(pid)).toBe(true)
  })

  it('runs as somebody else than root, in a directory that is closed to all others, behind a password', async () => {
    const one = await start()
    const owner = statSync(mark(dataDir)).uid
    expect(owner).not.toBe(0)
    expect(statSync(cluster(dataDir))).toMatchObject({ uid: owner, mode: 0o40700 })
    await expect(query(one.said.url.replace(/nexus:[^@]+/, 'nexus:guess'), 'SELECT 1')).rejects.toThrow('password')
    await one.close()
  })

  it("keeps the server's log short", async () => {
    const log = join(home(dataDir), 'server.log')
    appendFileSync(log, 'x'.repeat(6_000_000))
    const one = await start()
    expect(statSync(log).size).toBeLessThan(10_000)
    expect(statSync(`${log}.1`).size).toBeGreaterThan(6_000_000)
    await one.close()
    expect(readFileSync(log, 'utf8')).toMatch(/^\d.*shut down\n$/s)
  })

  it('refuses a second start in one sentence that names the first, which goes on', async () => {
    const first = await start()
    const second = await start()
    expect(second.said.refused).toBe(
      `Another Nexus (process ${first.pid}) is already running on ${dataDir}: stop it first, or give this one a directory of its own with NEXUS_DATA_DIR.`,
    )
    expect(await query(first.said.url, 'SELECT word FROM kept')).toEqual(['ÄRGER'])
    await first.close()
  })

  it('lets commands work beside a start, and the last one to leave stops the server', async () => {
    const main = await start()
    const [one, two] = await Promise.all([command(), command()])
    const pid = serverPid(dataDir)
    expect([one.said.url, one.said.owned, two.said.owned]).toEqual([main.said.url, false, false])

    await one.close()
    expect(await query(main.said.url, 'SELECT word FROM kept')).toEqual(['ÄRGER'])
    await main.close()
    expect(await query(two.said.url, 'SELECT word FROM kept')).toEqual(['ÄRGER'])
    expect(serverPid(dataDir)).toBe(pid)
    await two.close()
    expect(isGone(pid)).toBe(true)
  })

  it('lets a command work alone, and a start join it', async () => {
    const alone = await command()
    expect(alone.said.owned).toBe(true)
    const main = await start()
    expect(main.said).toMatchObject({ owned: false, url: alone.said.url })
    await alone.close()
    expect(await query(main.said.url, 'SELECT word FROM kept')).toEqual(['ÄRGER'])
    await main.close()
    expect(isRunning(dataDir)).toBe(false)
  })

  it('takes over the server of a Nexus that was killed', async () => {
    const killed = await start()
    const left = serverPid(dataDir)
    await kill(killed.pid)
    expect(isGone(left)).toBe(false)

    const next = await start()
    expect(next.said).toMatchObject({ owned: true, url: killed.said.url })
    expect(isGone(left)).toBe(true)
    expect(await query(next.said.url, 'SELECT word FROM kept')).toEqual(['ÄRGER'])
    await next.close()
  })

  it('recovers when Nexus and server were both killed', async () => {
    const killed = await start()
    await query(killed.said.url, 'CREATE TABLE late AS SELECT 1 AS n')
    await kill(killed.pid)
    await kill(serverPid(dataDir))

    const next = await start()
    expect(await query(next.said.url, 'SELECT n FROM late')).toEqual([1])
    await next.close()
  })

  it('is not fooled by the mark of a killed server whose number another program has now', async () => {
    const killed = await start()
    await kill(killed.pid)
    await kill(serverPid(dataDir))
    const other = spawn('sleep', ['60'], { cwd: '/', ...(weAreRoot && { uid: statSync(cluster(dataDir)).uid }) })
    for (const path of [mark(dataDir), join(cluster(dataDir), '.s.PGSQL.5432.lock')]) {
      writeFileSync(path, readFileSync(path, 'utf8').replace(/^\d+/, String(other.pid)))
    }

    const next = await start()
    expect(next.said.refused).toBeUndefined()
    expect(await query(next.said.url, 'SELECT word FROM kept')).toEqual(['ÄRGER'])
    expect(other.exitCode).toBeNull()
    other.kill()
    await next.close()
  })

  it('is not held up by marks that a killed server had no time to write', async () => {
    for (const path of [mark(dataDir), join(cluster(dataDir), '.s.PGSQL.5432.lock')]) writeFileSync(path, '')
    const next = await start()
    expect(next.said.refused).toBeUndefined()
    expect(await query(next.said.url, 'SELECT word FROM kept')).toEqual(['ÄRGER'])
    await next.close()
  })

  it("keeps the server when the terminal's Ctrl-C reaches all of Nexus, until close()", async () => {
    const one = await start()
    const pid = serverPid(dataDir)
    process.kill(-one.pid, 'SIGINT')
    expect(await one.next()).toEqual({ interrupted: true })
    await sleep(200)
    expect(serverPid(dataDir)).toBe(pid)
    expect(await query(one.said.url, 'SELECT word FROM kept')).toEqual(['ÄRGER'])
    await one.close()
  })

  it('starts the server again at the same address when it is killed under a running Nexus, which stays the only one', async () => {
    const one = await start()
    await kill(serverPid(dataDir))
    const answers = () => query(one.said.url, 'SELECT word FROM kept')
    await until(async () => (await answers().catch(() => [])).length === 1)
    expect((await start()).said.refused).toContain(`process ${one.pid}`)
    await one.close()
    expect(isRunning(dataDir)).toBe(false)
  })
})
