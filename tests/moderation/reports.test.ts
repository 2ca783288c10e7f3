import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { comment, readPages } from '../acceptance/verbs.ts'
import { cast, type Nexus, type Person, post, promote, startNexus } from '../cast.ts'
import { hidePost, readLog } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, mod: Person
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, mod } = await cast(nexus, 'alice', 'bob', 'carol', 'mod'))
  await promote(nexus, mod)
})
afterAll(() => nexus.close())

async function report(who: Person, thing: string, reason: string): Promise<void> {
  await nexus.ask(`mutation ($reason: String!) { report(${thing}, reason: $reason) }`, who.token, { reason })
}

/** The queue, two things a page: what each is, how often and by how many it was reported, and why. */
async function readQueue(state = 'OPEN'): Promise<unknown[]> {
  const query = `query ($after: String, $state: ReportState) { reports(state: $state, first: 2, after: $after) {
    edges { cursor node { post { content } comment { text } user { username } reportCount reporterCount reasons } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
  const pages = await readPages(async (after) => (await nexus.ask(query, mod.token, { after, state })).reports)
  return pages.flatMap(({ edges }) =>
    edges.map(({ node }) => [
      node.post?.content ?? node.comment?.text ?? node.user?.username,
      node.reportCount,
      node.reporterCount,
      ...node.reasons,
    ]),
  )
}

it('gathers reports by what they are about, and forgets none until somebody has decided', async () => {
  const spam = await post(nexus, bob, 'spam')
  const fine = await post(nexus, bob, 'fine')
  const rude = await comment(nexus, bob, fine, 'rude')
  await report(alice, `postId: ${spam}`, 'buys followers')
  await report(alice, `userId: ${bob.id}`, 'is a robot')
  await report(alice, `commentId: ${rude}`, 'not nice')
  await report(carol, `postId: ${fine}`, 'I do not like it')
  for (const reason of ['again', 'and again']) await report(carol, `postId: ${spam}`, reason)
  expect(await readQueue()).toEqual([
    ['spam', 3, 2, 'and again', 'again', 'buys followers'],
    ['fine', 1, 1, 'I do not like it'],
    ['rude', 1, 1, 'not nice'],
    ['bob', 1, 1, 'is a robot'],
  ])

  await hidePost(nexus, mod, spam, 'it is spam') // which decides its reports
  const decide = async (field: string) => Object.values(await nexus.ask(`mutation { ${field} }`, mod.token))[0]
  expect(await decide(`dismissReports(postId: ${fine}, reason: "it is fine")`)).toBe(1)
  expect(await decide(`dismissReports(postId: ${fine}, reason: "it is fine")`)).toBe(0)
  expect(await decide(`resolveReports(userId: ${bob.id}, reason: "talked to")`)).toBe(1)
  await nexus.ask(`mutation { deleteComment(id: ${rude}) }`, bob.token)
  expect(await readQueue()).toEqual([])
  expect(await readQueue('DISMISSED')).toEqual([['fine', 1, 1, 'I do not like it']])
  expect(await readQueue('RESOLVED')).toHaveLength(2)
  expect(await readLog(nexus, mod)).toEqual([
    `mod RESOLVE ${bob.id}: talked to, 1`,
    `mod DISMISS ${fine}: it is fine, 1`,
    `mod HIDE ${spam}: it is spam, 3`,
  ])
  await report(alice, `postId: ${fine}`, 'look again')
  expect(await readQueue()).toEqual([['fine', 1, 1, 'look again']])
})

it('asks for exactly one thing, and for a reason', async () => {
  const code = (field: string) => nexus.refusal(`mutation { ${field} }`, mod.token)
  expect(await code('resolveReports(reason: "x")')).toBe('BAD_USER_INPUT')
  expect(await code('resolveReports(postId: 1, userId: 1, reason: "x")')).toBe('BAD_USER_INPUT')
  expect(await code('dismissReports(postId: 1, reason: "")')).toBe('BAD_USER_INPUT')
  expect(await code('dismissReports(postId: "words", reason: "x")')).toBe('NOT_FOUND')
})

it('keeps a log that nobody changes, not even by raw SQL', async () => {
  for (const change of ["update moderation_log set reason = 'another'", 'delete from moderation_log', 'truncate moderation_log'])
    await expect(nexus.sql(change)).rejects.toMatchObject({ code: '23001' })
})

it('suspends, restores and lists administrators at the command line', async () => {
  const main = resolve(import.meta.dirname, '../../src/main.ts')
  const env = { PATH: process.env.PATH, DATABASE_URL: nexus.databaseUrl, NEXUS_DATA_DIR: nexus.dataDir }
  const admin = (...args: string[]) => promisify(execFile)(process.execPath, [main, 'admin', ...args], { env })
  expect((await admin('list')).stdout).toBe(`${mod.id}  mod\n`)
  expect((await admin('suspend', 'BOB', '--reason', 'at night')).stdout).toBe('BOB is suspended.\n')
  expect(await nexus.refusal('{ me { id } }', bob.token)).toBe('UNAUTHENTICATED')
  expect((await admin('restore', 'bob', '--reason', 'by day')).stdout).toBe('bob is suspended no more.\n')
  await expect(admin('suspend', 'mod', '--reason', 'x')).rejects.toMatchObject({ stderr: 'The last administrator cannot be suspended.\n' })
  expect((await readLog(nexus, mod)).slice(0, 2)).toEqual([`nobody RESTORE ${bob.id}: by day, 0`, `nobody SUSPEND ${bob.id}: at night, 0`])
})
