import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { AMQPError, Connection, Publisher } from 'rabbitmq-client'
import type { Writer } from '../database/statement.ts'
import { type Loop, runOnPoke } from '../outbox/run-on-poke.ts'
import type { Lane } from './job.ts'
import type { CarrierTimes } from './job-carrier.ts'
import { markSent, unmarkSent } from './mark-sent.ts'

const MESSAGES_A_BATCH_MAX = 500
/** Beyond so many messages in the queue the rows wait in the table: else those that wait long would be sent again and again. */
const MESSAGES_WAITING_MAX = 5000
const QUEUE_FULL_MS = 200
/** A queue that has left so many batches in a row without any answer is dead. */
const BATCHES_UNANSWERED_MAX = 2

export interface Sending {
  lane: Lane
  queue: string
  connection: Connection
  publisher: Publisher
  database: Writer
  log: Logger
  times: CarrierTimes
}

/** Sends the numbers of due jobs of one lane to its queue. Any number of processes may do so beside each other. */
export function sendJobs({ lane, queue, connection, publisher, database, log, times }: Sending): Loop {
  let unanswered = 0

  async function sendBatch(): Promise<boolean> {
    if (!connection.ready) return false
    const waiting = await countWaiting(connection, queue)
    if (waiting === undefined) return false
    const room = Math.min(MESSAGES_A_BATCH_MAX, MESSAGES_WAITING_MAX - waiting)
    if (room <= 0) {
      await delay(QUEUE_FULL_MS)
      return true
    }
    const ids = await markSent(database, lane, room, times.resendSeconds)
    await publish(ids)
    return ids.length === room
  }

  async function publish(ids: readonly number[]): Promise<void> {
    const unconfirmed = new Set(ids)
    const confirms = ids.map(async (id) => {
      await publisher.send({ routingKey: queue, durable: true }, String(id))
      unconfirmed.delete(id)
    })
    const settled = await within(times.confirmSeconds * 1000, Promise.allSettled(confirms))
    unanswered = settled === undefined && unconfirmed.size === ids.length ? unanswered + 1 : 0
    if (unconfirmed.size === 0) return
    await unmarkSent(database, [...unconfirmed])
    if (unanswered === BATCHES_UNANSWERED_MAX) await replaceQueue()
    const failed = settled?.find((outcome) => outcome.status === 'rejected')
    throw new Error(`${unconfirmed.size} of ${ids.length} messages were not confirmed`, { cause: failed?.reason })
  }

  // One whose broker was killed soon after it was declared is there, is dead, and stays so (seen in 3.10). Whatever lies in it is sent again.
  async function replaceQueue(): Promise<void> {
    log.warn({ queue }, 'the queue takes no jobs: it is deleted, and declared anew')
    unanswered = 0
    await connection.queueDelete({ queue })
  }

  const onFailure = (err: unknown) => log.warn({ err, lane }, 'jobs could not be sent: they are sent again')
  return runOnPoke(sendBatch, { topic: lane, pollMs: times.pollMs, onFailure })
}

/** The messages in the queue; undefined when there is no queue. Only those who receive declare it: they know when it was deleted. */
async function countWaiting(connection: Connection, queue: string): Promise<number | undefined> {
  try {
    return (await connection.queueDeclare({ queue, passive: true })).messageCount
  } catch (error) {
    // To look for what is not there closes the channel, for the other lane too.
    if (['NOT_FOUND', 'CH_CLOSE'].includes((error as AMQPError).code)) return undefined
    throw error
  }
}

/** The answer, or undefined when it takes longer. */
async function within<Value>(milliseconds: number, answer: Promise<Value>): Promise<Value | undefined> {
  const late = new AbortController()
  const timeout = delay(milliseconds, undefined, { signal: late.signal }).catch(() => undefined)
  try {
    return await Promise.race([answer, timeout])
  } finally {
    late.abort()
  }
}
