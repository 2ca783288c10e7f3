import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type AsyncMessage, type Connection, type Consumer, ConsumerStatus } from 'rabbitmq-client'
import { firstRow, type Reader, statement, type Writer } from '../database/statement.ts'
import { gather } from '../gather.ts'
import { poke } from '../outbox/poke.ts'
import { type ClaimedJob, claimSent } from './claim-jobs.ts'
import type { Lane } from './job.ts'
import { type CarrierTimes, JOBS_AT_ONCE_MAX } from './job-carrier.ts'
import { declarationOf } from './rabbitmq-queue.ts'

const CLAIM_AGAIN_MS = 1000
/** Messages that arrive together are claimed by one statement. */
const CLAIMED_AT_ONCE_MAX = 32

export interface Receiving {
  lane: Lane
  queue: string
  connection: Connection
  database: Reader & Writer
  log: Logger
  times: CarrierTimes
  run: (job: ClaimedJob) => Promise<void>
}

/** Runs the jobs of one lane that messages name. A message is acknowledged when its job is done, or its failure noted in its row. */
export function receiveJobs({ lane, queue, connection, database, log, times, run }: Receiving): { close(): Promise<void> } {
  const underWay = new Set<Promise<unknown>>()
  let idle = false
  let closing = false
  const claimTogether = gather((ids: number[]) => claimSent(database, ids, times.leaseSeconds), CLAIMED_AT_ONCE_MAX)
  let consumer = subscribe()

  function subscribe(): Consumer {
    // No more than are run at once: what waits, waits where whoever is free gets it.
    const [prefetchCount, concurrency] = [JOBS_AT_ONCE_MAX[lane], JOBS_AT_ONCE_MAX[lane]]
    const settings = { queue, queueOptions: declarationOf(queue), qos: { prefetchCount }, concurrency }
    const subscribed = connection.createConsumer(settings, async (message) => {
      idle = false
      const handling = handle(message)
      underWay.add(handling)
      return handling.finally(() => underWay.delete(handling))
    })
    subscribed.on('ready', () => poke([lane])) // what waited for the queue
    return subscribed.on('error', (err: unknown) => log.warn({ err, lane }, 'RabbitMQ stopped bringing jobs: the queue is declared anew'))
  }

  async function handle({ body }: AsyncMessage): Promise<ConsumerStatus> {
    const id = /^[1-9]\d{0,15}$/.test(String(body)) ? Number(body) : undefined
    if (id === undefined) {
      log.warn({ lane }, 'a message that names no job was passed over')
      return ConsumerStatus.ACK
    }
    const job = await claim(id)
    if (job === 'closing') return ConsumerStatus.REQUEUE
    if (job) await run(job)
    return ConsumerStatus.ACK
  }

  /** Waits for the database: a message that is given back would come again at once, and be dropped after a few times. */
  async function claim(id: number): Promise<ClaimedJob | undefined | 'closing'> {
    while (!closing) {
      try {
        return await claimTogether(id)
      } catch (err) {
        log.warn({ err, lane, id }, 'a job is not taken: the database does not answer')
        await delay(CLAIM_AGAIN_MS)
      }
    }
    return 'closing'
  }

  // RabbitMQ loses sight of a consumer whose queue is deleted and there again at once (seen in 3.10): nothing comes, and nobody is told.
  async function lookForStall(): Promise<void> {
    const wasIdle = idle
    idle = underWay.size === 0
    if (!wasIdle || !idle || !connection.ready || !(await anyStalled(database, lane, times.stalledSeconds)) || closing) return
    log.warn({ lane }, 'jobs were sent and do not come: the queue is subscribed anew')
    const stalled = consumer
    consumer = subscribe()
    await stalled.close()
  }
  const onFailure = (err: unknown) => log.debug({ err, lane }, 'whether jobs are stalled cannot be seen now')
  const looking = setInterval(() => void lookForStall().catch(onFailure), times.stalledSeconds * 1000)

  return {
    close: async () => {
      closing = true
      clearInterval(looking)
      // Nothing new comes from now on. Saying so takes an answer, which a broker that is gone never gives: what is under way is what counts.
      consumer.close().catch(() => undefined)
      await Promise.allSettled(underWay)
    },
  }
}

const stalledJobs = statement<{ there: boolean }>(
  'queue.stalled',
  `select exists (
     select from jobs
     where lane = $1 and failed_at is null and sent_at < now() - make_interval(secs => $2) and (lease_until is null or lease_until < sent_at)
   ) as there`,
)

/** Whether a job was sent so long ago that nobody has begun. */
async function anyStalled(database: Reader, lane: Lane, stalledSeconds: number): Promise<boolean> {
  return (await firstRow(database, stalledJobs, [lane, stalledSeconds]))?.there === true
}
