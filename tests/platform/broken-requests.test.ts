import { connect } from 'node:net'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerBrokenRequest } from '../../src/api/answer-failures.ts'
import { type Nexus, startNexus } from '../cast.ts'

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
})
afterAll(() => nexus.close())

/** Sends bytes as they are, and answers what came until the server closed the connection. */
async function sendBytes(url: string, bytes: string): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  let answer = ''
  for await (const data of socket) answer += data
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, body }
}

const request = (line: string, headers = '') => `${line} HTTP/1.1\r\nHost: nexus.test\r\nConnection: close\r\n${headers}\r\n`
const REFUSED = { errors: [{ message: expect.stringMatching(/^[A-Z].*\.$/), extensions: { code: 'BAD_USER_INPUT' } }] }

describe('what never becomes a request is answered in the form of every other answer', () => {
  it.each([
    ['an address that cannot be decoded', 400, request('GET /%zz')],
    ['headers without end', 431, request('GET /graphql', `X-Long: ${'x'.repeat(20_000)}\r\n`)],
    ['a line that is no HTTP', 400, 'hello, is anybody there?\r\n\r\n'],
    ['a header that is no header', 400, request('GET /graphql', 'no colon here\r\n')],
    ['a length that is no number', 400, request('POST /graphql', 'Content-Length: many\r\n')],
  ])('%s', async (_, status, bytes) => {
    const answer = await sendBytes(nexus.url, bytes)
    expect(JSON.parse(answer.body)).toEqual(REFUSED)
    expect(answer.status).toBe(status)
    expect(answer.head.toLowerCase()).toContain('content-type: application/json; charset=utf-8')
  })

  it('a request that does not arrive in time', async () => {
    const hasty = fastify({ requestTimeout: 50, clientErrorHandler: answerBrokenRequest, http: { connectionsCheckingInterval: 20 } })
    const { status, body } = await sendBytes(await hasty.listen({ port: 0 }), 'POST /graphql HTTP/1.1\r\nHost: nexus.test\r\n')
    await hasty.close()
    expect([status, JSON.parse(body)]).toEqual([408, REFUSED])
  })
})

it.each(['PUT', 'PATCH', 'DELETE'])('tells who sends %s to /graphql what it takes, whatever the body is', async (method) => {
  for (const type of ['application/json', 'text/plain']) {
    const response = await fetch(`${nexus.url}/graphql`, { method, headers: { 'content-type': type }, body: '{"query":"{ me { id } }"}' })
    expect([response.status, response.headers.get('allow'), await response.json()]).toEqual([405, 'GET, HEAD, POST', REFUSED])
  }
})

it('answers OPTIONS that is no preflight without a body, or in the form of all answers', async () => {
  const anyOrigin = await fetch(`${nexus.url}/graphql`, { method: 'OPTIONS' })
  expect([anyOrigin.status, await anyOrigin.text()]).toEqual([204, ''])
  const alone = await startNexus({
    roles: ['api'],
    databaseUrl: nexus.databaseUrl,
    environment: { NODE_ENV: 'production' },
  })
  const refused = await fetch(`${alone.url}/graphql`, { method: 'OPTIONS' })
  await alone.close()
  expect([refused.status, await refused.json()]).toMatchObject([404, { errors: [{ extensions: { code: 'NOT_FOUND' } }] }])
})
