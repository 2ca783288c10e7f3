import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client'
import type { Reader } from '../database/statement.ts'
import { readJobsInStates, readLastAudits, readLateSchedules } from './metric-statements.ts'
import { DURATION_BOUNDS, tally } from './tally.ts'

export interface Metrics {
  /** All of it, in the text format of Prometheus. */
  render(): Promise<{ contentType: string; text: string }>
  close(): Promise<void>
}

/** What is looked at when somebody asks. Each is left out, or answers undefined, where there is none of it. */
export interface MetricSources {
  database: Reader
  redisConnected?: (() => boolean) | undefined
  rabbitmqConnected?: (() => boolean | undefined) | undefined
  /** Undefined while none was taken. */
  pulseAgeMs?: (() => number | undefined) | undefined
}

type Labels = Record<string, string>

/** Opens the metrics of this process. What they cost is paid by whoever asks for them: everybody else only adds to plain numbers. */
export function openMetrics(sources: MetricSources): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  addTallies(registry)
  addConnections(registry, sources)
  const readDatabase = addDatabase(registry, sources.database)
  return {
    render: async () => {
      await readDatabase()
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
    close: async () => registry.clear(),
  }
}

function addTallies(registry: Registry): void {
  const counter = (name: string, help: string, labelNames: string[], read: () => [Labels, number][]) =>
    new Counter({
      ...{ name, help, labelNames, registers: [registry] },
      collect() {
        this.reset()
        for (const [labels, value] of read()) this.inc(labels, value)
      },
    })
  counter('nexus_feed_reads_total', 'Pages of feeds, by what the entries came from', ['source'], () =>
    Object.entries(tally.feeds).map(([source, count]) => [{ source }, count]),
  )
  counter('nexus_rows_loaded_total', 'Rows of posts, shares and authors that were not kept in the process', [], () => [
    [{}, tally.rowsLoaded],
  ])
  counter('nexus_refusals_total', 'Refusals, by code', ['code'], () => [...tally.refusals].map(([code, count]) => [{ code }, count]))
  counter('nexus_jobs_ended_total', 'Runs of jobs in this process', ['name', 'outcome'], () =>
    [...tally.jobs].map(([key, count]) => {
      const [name = '', outcome = ''] = key.split(' ')
      return [{ name, outcome }, count]
    }),
  )
  registry.registerMetric(requestDurations as unknown as Metric)
}

// A histogram of prom-client's own takes a microsecond or two a request (2026-11); this one is made when it is asked for.
const requestDurations = {
  name: 'nexus_request_duration_seconds',
  get: async () => ({
    name: 'nexus_request_duration_seconds',
    help: 'Requests, from their arrival to the end of the answer',
    type: 'histogram',
    aggregator: 'sum',
    values: [...tally.requests.values()].flatMap(({ route, operation, status, counts, sum }) => {
      const labels = { route, operation, status }
      let below = 0
      const buckets = counts.map((count, place) => {
        below += count
        return {
          metricName: 'nexus_request_duration_seconds_bucket',
          labels: { ...labels, le: DURATION_BOUNDS[place] ?? '+Inf' },
          value: below,
        }
      })
      return [
        ...buckets,
        { metricName: 'nexus_request_duration_seconds_sum', labels, value: sum },
        { metricName: 'nexus_request_duration_seconds_count', labels, value: below },
      ]
    }),
  }),
}

function addConnections(registry: Registry, { redisConnected, rabbitmqConnected, pulseAgeMs }: MetricSources): void {
  const gauge = (name: string, help: string, read: (() => number | undefined) | undefined) =>
    read &&
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.remove()
        const value = read()
        if (value !== undefined) this.set(value)
      },
    })
  gauge('nexus_redis_connected', 'Whether Redis is connected', redisConnected && (() => Number(redisConnected())))
  gauge('nexus_rabbitmq_connected', 'Whether RabbitMQ is connected', rabbitmqConnected && (() => toNumber(rabbitmqConnected())))
  gauge(
    'nexus_pulse_age_seconds',
    'Age of the last pulse: beyond 2 feeds are read from the database',
    pulseAgeMs && (() => inSeconds(pulseAgeMs())),
  )
}

const toNumber = (value: boolean | undefined) => (value === undefined ? undefined : Number(value))
const inSeconds = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : milliseconds / 1000)

/** Answers how to read the database anew: once for all gauges that stand on it. */
function addDatabase(registry: Registry, database: Reader): () => Promise<void> {
  const gauge = (name: string, help: string, ...labelNames: string[]) => new Gauge({ name, help, labelNames, registers: [registry] })
  const up = gauge('nexus_database_up', 'Whether the database answers')
  const jobs = gauge('nexus_jobs', 'Jobs that are there', 'name', 'state')
  const oldest = gauge('nexus_jobs_oldest_seconds', 'How long the one that has been due longest has been', 'name', 'state')
  const lookedAt = gauge('nexus_audit_looked_at', 'What the last audit looked at', 'kind')
  const differing = gauge('nexus_audit_differing', 'What the last audit found otherwise than it is', 'kind')
  const age = gauge('nexus_audit_age_seconds', 'Since the last audit', 'kind')
  const late = gauge('nexus_schedule_late_seconds', 'For how long a schedule has been due', 'name')
  const all = [jobs, oldest, lookedAt, differing, age, late]

  async function readAll(): Promise<void> {
    for (const { name, state, count, oldestSeconds } of await readJobsInStates(database)) {
      jobs.set({ name, state }, count)
      oldest.set({ name, state }, oldestSeconds)
    }
    for (const { kind, ...audit } of await readLastAudits(database)) {
      lookedAt.set({ kind }, audit.lookedAt)
      differing.set({ kind }, audit.differing)
      age.set({ kind }, audit.ageSeconds)
    }
    for (const { name, lateSeconds } of await readLateSchedules(database)) late.set({ name }, lateSeconds)
  }

  return async () => {
    for (const each of all) each.reset()
    await readAll().then(
      () => up.set(1),
      () => up.set(0),
    )
  }
}
