import pg from 'pg'
import { Connection } from 'rabbitmq-client'
import { readQueueNames } from '../src/platform/queue/queue-names.ts'

/** Runs `work` with a connection of a test's own. */
export async function withBroker<Result>(amqpUrl: string, work: (broker: Connection) => Promise<Result>): Promise<Result> {
  const broker = new Connection(amqpUrl)
  broker.on('error', () => {})
  try {
    return await work(broker)
  } finally {
    await broker.close()
  }
}

/** The names of a database's queues. */
export async function queuesOf(databaseUrl: string): Promise<Awaited<ReturnType<typeof readQueueNames>>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return await readQueueNames({ rows: async ({ text }, values) => (await client.query(text, [...values])).rows })
  } finally {
    await client.end()
  }
}

/** Deletes a database's queues, before the database itself goes. */
export async function deleteQueuesOf(databaseUrl: string, amqpUrl: string): Promise<void> {
  const queues = Object.values(await queuesOf(databaseUrl))
  await withBroker(amqpUrl, (broker) => Promise.all(queues.map((queue) => broker.queueDelete(queue))))
}
