import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { deleteQueuesOf } from '../broker.ts'
import { inDatabase, onServer } from '../database-server.ts'
import { layOutImage, type Started, startComposed, stopComposed } from './start-composed.ts'

const STOP_WITHIN_MS = 15_000
const PASSWORD = 'correct horse battery staple'

describe('the commands of compose.yaml, as plain processes', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-deploy-'))
  const database = `${inject('template')}_composed`
  const running: Started[] = []
  let replaced: Record<string, string | undefined>

  beforeAll(async () => {
    layOutImage(join(folder, 'app'))
    await onServer(inject('serverUrl'), `create database ${database}`)
    const { REDIS_URL, AMQP_URL } = process.env
    replaced = {
      DATABASE_URL: inDatabase(inject('serverUrl'), database),
      REDIS_URL,
      AMQP_URL,
      NEXUS_DATA_DIR: join(folder, 'data'),
      HOST: '127.0.0.1',
    }
  }, 60_000)

  afterAll(async () => {
    for (const { child } of running) child.kill('SIGKILL')
    if (process.env.AMQP_URL) await deleteQueuesOf(inDatabase(inject('serverUrl'), database), process.env.AMQP_URL)
    await onServer(inject('serverUrl'), `drop database ${database} with (force)`)
    rmSync(folder, { recursive: true })
  })

  const start = async (service: string) => {
    const started = await startComposed(service, join(folder, 'app'), replaced)
    running.push(started)
    return started
  }

  it('become healthy beside each other on an empty database, answer, stop with 0 at SIGTERM, and keep what was written', async () => {
    const [api, worker, scheduler] = await Promise.all(['api', 'worker', 'scheduler'].map(start))
    const signedUp = await ask<{ createUser: { token: string } }>(
      api,
      `mutation { createUser(username: "alice", email: "alice@mail.com", password: "${PASSWORD}") { token } }`,
    )
    const posted = await ask<{ createPost: { post: { id: string } } }>(
      api,
      'mutation { createPost(content: "still here") { post { id } } }',
      signedUp.createUser.token,
    )
    for (const started of [api, worker, scheduler]) {
      expect(await stopComposed(started as Started, STOP_WITHIN_MS), started?.output()).toBe(0)
    }

    const again = await start('api')
    const read = await ask(again, `{ post(id: "${posted.createPost.post.id}") { content author { username } } }`)
    expect(read).toEqual({ post: { content: 'still here', author: { username: 'alice' } } })
    expect(await ask(again, '{ me { username } }', signedUp.createUser.token)).toEqual({ me: { username: 'alice' } })
    expect(await stopComposed(again, STOP_WITHIN_MS), again.output()).toBe(0)
  })

  it('a worker and a scheduler answer their health checks and nothing else', async () => {
    for (const service of ['worker', 'scheduler']) {
      const started = await start(service)
      expect((await fetch(`${started.url}/livez`)).status, service).toBe(200)
      expect((await fetch(`${started.url}/graphql?query=%7Bme%7Bid%7D%7D`)).status, service).toBe(404)
      expect(await stopComposed(started, STOP_WITHIN_MS), started.output()).toBe(0)
    }
  })

  it('refuse to start in production without a secret, by one sentence', async () => {
    replaced = { ...replaced, AUTH_SECRET: '' }
    await expect(start('api')).rejects.toThrow(/AUTH_SECRET: .*at least 32 characters/)
  })
})

async function ask<Data>(to: Started | undefined, query: string, token?: string): Promise<Data> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const answer = await fetch(`${to?.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown }
  expect(errors).toBeUndefined()
  return data
}
