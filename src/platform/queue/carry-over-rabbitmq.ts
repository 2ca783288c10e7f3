import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Connection } from 'rabbitmq-client'
import type { Reader, Writer } from '../database/statement.ts'
import { poke } from '../outbox/poke.ts'
import { LANES } from './job.ts'
import type { CarrierTimes, JobCarrier } from './job-carrier.ts'
import { readQueueNames } from './queue-names.ts'
import { receiveJobs } from './receive-jobs.ts'
import { sendJobs } from './send-jobs.ts'

const CONNECTION = { connectionName: 'nexus', noDelay: true, heartbeat: 10, connectionTimeout: 5000, acquireTimeout: 5000 }
const RECONNECT_MS = { retryLow: 200, retryHigh: 5000 }
const GOODBYE_MS_MAX = 3000

/**
 * Carries the numbers of due jobs over RabbitMQ. Each process sends, since its pokes tell it at once what there is to send; those that are asked
 * to work receive. The broker need not be there, now or later: the rows wait for it, and whatever it loses is sent again.
 */
export async function carryOverRabbitmq(url: string, database: Reader & Writer, log: Logger, times: CarrierTimes): Promise<JobCarrier> {
  const queues = await readQueueNames(database)
  const connection = connect(url, log)
  const publisher = connection.createPublisher({ confirm: true })
  const shared = { connection, publisher, database, log, times }
  const senders = LANES.map((lane) => sendJobs({ lane, queue: queues[lane], ...shared }))
  const receivers: { close(): Promise<void> }[] = []
  return {
    work: (run) => {
      for (const lane of LANES) receivers.push(receiveJobs({ lane, queue: queues[lane], run, ...shared }))
    },
    connected: () => connection.ready,
    close: async () => {
      await Promise.all([...senders, ...receivers].map((each) => each.close()))
      if (connection.ready) await Promise.race([sayGoodbye(), delay(GOODBYE_MS_MAX, undefined, { ref: false })])
      connection.unsafeDestroy()
    },
  }

  async function sayGoodbye(): Promise<void> {
    await publisher.close().catch(() => undefined)
    await connection.close()
  }
}

function connect(url: string, log: Logger): Connection {
  const connection = new Connection({ url, ...CONNECTION, ...RECONNECT_MS })
  connection.on('connection', () => {
    log.info('RabbitMQ carries jobs')
    poke(LANES) // what waited for it
  })
  connection.on('error', (err: unknown) => log.warn({ err }, 'RabbitMQ does not answer: jobs wait in their rows until it does'))
  return connection
}
