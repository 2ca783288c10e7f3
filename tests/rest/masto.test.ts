import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { connectApp } from './connect-app.ts'

let nexus: Nexus

beforeAll(async () => {
  nexus = await startNexus()
})
afterAll(() => nexus?.close())

describe('a stock client of the Mastodon API', () => {
  it('signs alice in, and posts and reads for her', async () => {
    await nexus.signUp('alice')
    const { client } = await connectApp(nexus, 'alice')

    expect(await client.v1.accounts.verifyCredentials()).toMatchObject({ username: 'alice', acct: 'alice' })
    const status = await client.v1.statuses.create({ status: 'Hello <b>#world</b>' })
    expect(status.content).toContain('&lt;b&gt;')
    expect((await client.v1.timelines.home.list()).map(({ id }) => id)).toEqual([status.id])
  })
})
