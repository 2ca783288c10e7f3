import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { declarationOf } from '../../src/platform/queue/rabbitmq-queue.ts'
import { queuesOf, withBroker } from '../broker.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { openBrokerProxy } from './broker-proxy.ts'
import { addMailJobs, addUsers, countMails, countRunning, holdJobsOf } from './job-rows.ts'
import { BROKER_PROGRAM, makeBroker } from './own-broker.ts'
import { settled } from './settled.ts'

const PEOPLE = Array.from({ length: 50 }, (_, index) => `person${index}`)
const AMQP_URL = process.env.AMQP_URL ?? ''
const whyNot = AMQP_URL === '' ? ' (left out: AMQP_URL is not set)' : ''
const whyNotKilled = BROKER_PROGRAM ? whyNot : ' (left out: there is no rabbitmq-server on this machine)'

let opened: Nexus[]
beforeEach(() => {
  opened = []
})
afterEach(async () => {
  for (const nexus of opened.reverse()) await nexus.close()
})

/** A process of one world: the first makes its database. */
async function start(...[options]: Parameters<typeof startNexus>): Promise<Nexus> {
  const nexus = await startNexus({ ...options, ...(opened[0] && { databaseUrl: opened[0].databaseUrl }) })
  opened.push(nexus)
  return nexus
}

const countSent = async (nexus: Nexus) =>
  (await nexus.sql<{ count: number }>('select count(*)::int from jobs where sent_at is not null'))[0]?.count

describe.skipIf(whyNot)(`with a broker that forgets${whyNot}`, () => {
  it('sends rows again whose queue was deleted with them in it, and declares it anew', async () => {
    const sender = await start({ roles: [], carrierTimes: { resendSeconds: 2 } })
    const { prompt } = await queuesOf(sender.databaseUrl)
    await addUsers(sender, PEOPLE)
    const first = await start({ roles: ['worker'] })
    await addMailJobs(sender, ['person0'])
    await sender.settle()
    await first.app.close()
    await addMailJobs(sender, PEOPLE)
    const waiting = () => withBroker(AMQP_URL, async (broker) => (await broker.queueDeclare({ queue: prompt, passive: true })).messageCount)
    await settled(
      () => countSent(sender),
      (count) => count === PEOPLE.length,
    )
    await settled(waiting, (count) => count === PEOPLE.length)
    await withBroker(AMQP_URL, (broker) => broker.queueDelete(prompt))

    const worker = await start({ roles: ['worker'] })
    await sender.settle()
    expect(await countMails(worker)).toBe(PEOPLE.length)
  })

  it('works on after the queue was deleted and is there again before anybody could tell', async () => {
    const nexus = await start({ roles: ['worker'], carrierTimes: { stalledSeconds: 1 } })
    const { prompt } = await queuesOf(nexus.databaseUrl)
    await addUsers(nexus, PEOPLE)
    await addMailJobs(nexus, ['person0'])
    await nexus.settle()
    await withBroker(AMQP_URL, async (broker) => {
      await broker.queueDelete(prompt)
      await broker.queueDeclare(declarationOf(prompt))
    })
    await addMailJobs(nexus, PEOPLE)
    await nexus.settle()
    expect(await countMails(nexus)).toBe(PEOPLE.length + 1)
  })

  it('works on after the queue was deleted under it', async () => {
    const nexus = await start({ roles: ['worker'] })
    const { prompt } = await queuesOf(nexus.databaseUrl)
    await addUsers(nexus, PEOPLE)
    await addMailJobs(nexus, ['person0'])
    await nexus.settle()
    await withBroker(AMQP_URL, (broker) => broker.queueDelete(prompt))
    await addMailJobs(nexus, PEOPLE)
    await nexus.settle()
    expect(await countMails(nexus)).toBe(PEOPLE.length + 1)
  })

  it('sends at once what was not confirmed, long before it would be sent again anyway', async () => {
    const proxy = await openBrokerProxy(AMQP_URL)
    const nexus = await start({ roles: ['worker'], environment: { AMQP_URL: proxy.url }, carrierTimes: { resendSeconds: 600 } })
    try {
      await addUsers(nexus, PEOPLE)
      const swallowed = proxy.swallowMessage()
      await addMailJobs(nexus, PEOPLE)
      await swallowed
      await nexus.settle()
      expect(await countMails(nexus)).toBe(PEOPLE.length)
    } finally {
      await nexus.app.close()
      await proxy.close()
    }
  })

  it('passes over messages that name no job, however many, and does the jobs behind them', async () => {
    const nexus = await start({ roles: ['worker'] })
    const { prompt } = await queuesOf(nexus.databaseUrl)
    await addUsers(nexus, PEOPLE)
    await addMailJobs(nexus, ['person0'])
    await nexus.settle()
    await withBroker(AMQP_URL, async (broker) => {
      const publisher = broker.createPublisher({ confirm: true })
      // More than are run at once: none may keep a place.
      for (const body of ['words', '', 'NaN', '-1', '1.5', '1e300', '99999999999999999999', '{"id":1}', 'null', '0', '\0', '7 ']) {
        await publisher.send({ routingKey: prompt, durable: true }, body)
      }
      await publisher.close()
    })
    await addMailJobs(nexus, PEOPLE)
    await nexus.settle()
    expect(await countMails(nexus)).toBe(PEOPLE.length + 1)
  })

  it('runs a job once however often its message comes', async () => {
    const nexus = await start({ roles: ['worker'] })
    const { prompt } = await queuesOf(nexus.databaseUrl)
    await addUsers(nexus, PEOPLE)
    const release = await holdJobsOf(nexus, 'person0')
    await addMailJobs(nexus, ['person0'])
    await settled(
      () => countRunning(nexus),
      (count) => count === 1,
    )
    const [job] = await nexus.sql<{ id: number }>('select id from jobs')
    await withBroker(AMQP_URL, async (broker) => {
      const publisher = broker.createPublisher({ confirm: true })
      for (let more = 0; more < 5; more += 1) await publisher.send(prompt, String(job?.id))
      await publisher.close()
    })
    await addMailJobs(nexus, ['person1']) // whose message comes after those
    await settled(
      () => countMails(nexus),
      (count) => count === 1,
    )
    await release()
    await nexus.settle()
    expect(await countMails(nexus)).toBe(2)
  })
})

describe.skipIf(whyNotKilled)(`with a broker that is killed${whyNotKilled}`, { timeout: 60_000 }, () => {
  it('goes on writing, keeps the rows, starts without it, and does each job once when it is back', async () => {
    const broker = await makeBroker()
    try {
      await broker.start()
      const environment = { AMQP_URL: broker.url }
      // It is killed so soon after the queues were declared that it may come back with dead ones.
      const carrierTimes = { confirmSeconds: 1, stalledSeconds: 1 }
      const nexus = await start({ roles: ['api', 'worker'], environment, carrierTimes })
      await addUsers(nexus, PEOPLE)
      await addMailJobs(nexus, ['person0'])
      await nexus.settle()
      await broker.kill()
      for (const name of PEOPLE) await nexus.ask(`mutation { requestPasswordReset(email: "${name}@mail.test") }`)
      const late = await start({ roles: ['api', 'worker'], environment, carrierTimes })
      expect((await fetch(`${late.url}/readyz`)).status).toBe(200)
      expect((await nexus.sql('select from jobs')).length).toBe(PEOPLE.length)

      await broker.start()
      await nexus.settle()
      expect((await countMails(nexus)) + (await countMails(late))).toBe(1 + PEOPLE.length)

      // Closed while it is gone, a process finishes what it has begun, and does not wait for the broker.
      const release = await holdJobsOf(nexus, 'person1')
      await addMailJobs(nexus, ['person1'])
      await settled(
        () => countRunning(nexus),
        (count) => count === 1,
      )
      await broker.kill()
      const closed = Promise.all([nexus.app.close(), late.app.close()])
      await release()
      await closed
      expect(await nexus.sql('select from jobs')).toEqual([])
    } finally {
      await broker.close()
    }
  })
})
