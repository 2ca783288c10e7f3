import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** What this process is told on standard input. It answers a LoadResult on standard output. */
export interface LoadOrder {
  host: string
  port: number
  connections: number
  seconds: number
  body: string
  /** The Authorization header of each reader; connection c begins at reader c * 997 and goes on one by one, as pgbench does. */
  authorizations: string[]
  /** What each connection asks instead, over and over, as somebody of its own. */
  byConnection?: { authorization: string; bodies: string[] }[]
  /** Ends when each reader was asked once, by whichever connection is free. */
  once?: boolean
}

export interface LoadResult {
  requests: number
  seconds: number
  milliseconds: number[]
  /** Answers other than 200 with data and without errors. */
  failed: number
  bytesOfAnswer: number
  cpuSeconds: number
}

export const READER_STEP = 997

// A small HTTP/1.1 client: one request at a time on each of its kept connections. It has a process of its own, so that the time of the
// client's work is not the server's, and it does little, so that two cores are left to who is measured.
async function drive(order: LoadOrder): Promise<LoadResult> {
  const readers = order.authorizations.map((authorization) => requestBytes(order, authorization, order.body))
  const result: LoadResult = { requests: 0, seconds: order.seconds, milliseconds: [], failed: 0, bytesOfAnswer: 0, cpuSeconds: 0 }
  const began = performance.now()
  const until = order.once ? Number.POSITIVE_INFINITY : began + order.seconds * 1000
  let asked = 0
  const nextOf = (index: number): (() => Buffer | undefined) => {
    const own = order.byConnection?.[index]
    const requests = own ? own.bodies.map((body) => requestBytes(order, own.authorization, body)) : readers
    let turn = own ? 0 : index * READER_STEP
    return () => (order.once ? requests[asked++] : requests[turn++ % requests.length])
  }
  const cpuBefore = process.cpuUsage()
  let bytes = 0
  await Promise.all(
    Array.from({ length: order.connections }, (_, index) =>
      driveConnection(order, nextOf(index), until, (began, ended, answer) => {
        if (ended > until) return
        result.requests += 1
        result.milliseconds.push(ended - began)
        bytes += answer.length
        if (!isGood(answer)) result.failed += 1
      }),
    ),
  )
  const cpu = process.cpuUsage(cpuBefore)
  result.cpuSeconds = (cpu.user + cpu.system) / 1e6
  if (order.once) result.seconds = (performance.now() - began) / 1000
  result.bytesOfAnswer = Math.round(bytes / Math.max(1, result.requests))
  return result
}

function requestBytes({ host, port }: LoadOrder, authorization: string, body: string): Buffer {
  const head = [
    'POST /graphql HTTP/1.1',
    `host: ${host}:${port}`,
    'content-type: application/json',
    'accept: application/json',
    `authorization: ${authorization}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

type OnAnswer = (began: number, ended: number, answer: Buffer) => void

function driveConnection(order: LoadOrder, next: () => Buffer | undefined, until: number, onAnswer: OnAnswer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: order.host, port: order.port, noDelay: true })
    let began = 0
    let received: Buffer = Buffer.alloc(0)
    const end = () => {
      socket.removeAllListeners('close')
      socket.destroy()
      resolve()
    }
    const ask = () => {
      const request = next()
      if (!request) return end()
      began = performance.now()
      socket.write(request)
    }
    socket.on('connect', ask)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed a connection')))
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const length = answerLength(received)
      if (length === undefined || received.length < length) return
      const ended = performance.now()
      onAnswer(began, ended, received)
      received = Buffer.alloc(0)
      if (ended < until) ask()
      else end()
    })
  })
}

/** The length of the whole answer, head and body; undefined while the head is not complete. */
function answerLength(received: Buffer): number | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = /\r\ncontent-length: (\d+)/i.exec(received.toString('latin1', 0, end + 2))?.[1]
  if (length === undefined) throw new Error('an answer without a content-length')
  return end + 4 + Number(length)
}

function isGood(answer: Buffer): boolean {
  return answer.toString('latin1', 0, 12) === 'HTTP/1.1 200' && answer.includes('\r\n\r\n{"data":{') && !answer.includes('"errors":[')
}

if (import.meta.main) {
  const order = JSON.parse(await text(process.stdin)) as LoadOrder
  process.stdout.write(JSON.stringify(await drive(order)))
}
