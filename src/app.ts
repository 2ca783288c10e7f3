import type { Logger } from 'pino'
import { openServer } from './api/server.ts'
import type { Config } from './config.ts'
import { openAccessTokens } from './domain/accounts/access-tokens.ts'
import { type Heads, openHeads } from './domain/feeds/heads/open-heads.ts'
import { openFollowers } from './domain/feeds/read-followers.ts'
import { openWarmFeeds, type WarmFeeds } from './domain/feeds/warm-feeds.ts'
import { openMediaUrls } from './domain/media/media-urls.ts'
import { openRankings, type Rankings } from './domain/trends/open-rankings.ts'
import type { Blobs } from './platform/blobs/blobs.ts'
import { openDiskBlobs } from './platform/blobs/open-disk-blobs.ts'
import { openS3Blobs } from './platform/blobs/open-s3-blobs.ts'
import { openBroadcast } from './platform/broadcast/open-broadcast.ts'
import { openRedis, type Redis } from './platform/cache/open-redis.ts'
import { openRedisCluster } from './platform/cache/open-redis-cluster.ts'
import { openEmbeddedServer } from './platform/database/embedded/open-embedded-server.ts'
import { migrate } from './platform/database/migrate.ts'
import { type Database, openDatabase } from './platform/database/open-database.ts'
import { openImageWorks } from './platform/images/open-image-works.ts'
import { openWorkbench } from './platform/images/open-workbench.ts'
import { openFileMailer, openSmtpMailer } from './platform/mail/mailer.ts'
import { type MetricSources, openMetrics } from './platform/observe/metrics.ts'
import { readOwnSecret } from './platform/own-secret.ts'
import { carryInProcess } from './platform/queue/carry-in-process.ts'
import { carryOverRabbitmq } from './platform/queue/carry-over-rabbitmq.ts'
import { CARRIER_TIMES, type CarrierTimes, type JobCarrier } from './platform/queue/job-carrier.ts'
import type { Schedule } from './platform/schedules/schedule.ts'
import { StartupError } from './platform/startup-error.ts'
import { jobsOf } from './workers/reactions.ts'
import { relayFacts } from './workers/relay-facts.ts'
import { runScheduler } from './workers/run-scheduler.ts'
import { runWorker } from './workers/run-worker.ts'
import { SCHEDULES } from './workers/schedules.ts'

export type Role = 'api' | 'worker' | 'scheduler'

export interface App {
  /** Where it listens: http://host:port */
  url: string
  database: Database
  /** Undefined without Redis. */
  warmFeeds: WarmFeeds | undefined
  rankings: Rankings
  /** Takes nothing new, ends what is under way, and closes everything in reverse. */
  close(): Promise<void>
}

export interface AppOptions {
  carrierTimes?: Partial<CarrierTimes>
}

const REDIS_ANSWER_MS = 250
/** Nobody waits for a command as for a feed. */
const REDIS_COMMAND_ANSWER_MS = 5000

/** Opens the platform, brings the schema up to date, and starts the roles. @throws StartupError for what its operator can mend */
export async function openApp(config: Config, roles: readonly Role[], log: Logger, options: AppOptions = {}): Promise<App> {
  await using opening = new AsyncDisposableStack()
  const database = await openDatabaseOf(config, 'start', log, opening)
  const applied = await migrate(database, config.NEXUS_MIGRATE)
  if (applied.length > 0) log.info({ migrations: applied }, 'the schema was brought up to date')
  const secret = config.AUTH_SECRET ?? (await readOwnSecret(config.NEXUS_DATA_DIR))
  const redis = config.REDIS_URL ? closing(opening, await openRedisOf(config, config.REDIS_URL, REDIS_ANSWER_MS, log)) : undefined
  const prefix = config.REDIS_PREFIX
  const broadcast = closing(opening, await openBroadcast(database, redis, prefix))
  const { hearing } = broadcast
  const warmFeeds = redis && closing(opening, openWarmFeeds({ redis, hearing, database, prefix }))
  if (redis || roles.includes('api') || roles.includes('worker')) closing(opening, relayFacts(broadcast.relay, log))
  const carrier = closing(opening, await openCarrier(config, database, log, { ...CARRIER_TIMES, ...options.carrierTimes }))
  const blobs = await openBlobs(config)
  if (roles.includes('worker')) {
    const followers = openFollowers(database)
    runWorker({ database, mail: openMailer(config, log), blobs, heads: warmFeeds?.heads, followers, log }, carrier)
  }
  if (roles.includes('scheduler')) closing(opening, runScheduler(database, SCHEDULES, log))
  const media = openMedia(config, blobs, log, opening)
  const rankings = openRankings({ database, redis, prefix, log })
  const sources: MetricSources = {
    database,
    redisConnected: redis && (() => redis.run() !== undefined),
    rabbitmqConnected: config.AMQP_URL ? carrier.connected : undefined,
    pulseAgeMs: warmFeeds?.heads.pulseAgeMs,
  }
  const platform = { database, tokens: openAccessTokens(secret), warmFeeds, rankings, schedules: SCHEDULES, sources }
  const metrics = config.METRICS_TOKEN ? closing(opening, openMetrics(sources)) : undefined
  const parts = { config, log, platform, hearing, media, metrics, surfaces: roles.includes('api') }
  const server = closing(opening, await openServer(parts))
  const opened = opening.move()
  return { url: server.url, database, warmFeeds, rankings, close: () => opened.disposeAsync() }
}

export interface OpenedDatabase {
  database: Database
  /** What is due by the clock. */
  schedules: readonly Schedule[]
  close(): Promise<void>
}

/** Opens the database for a command: the one of DATABASE_URL, else the embedded one, beside a running Nexus as well as without. */
export async function openForCommand(config: Config, log: Logger): Promise<OpenedDatabase> {
  await using opening = new AsyncDisposableStack()
  const database = await openDatabaseOf(config, 'command', log, opening)
  const opened = opening.move()
  return { database, schedules: SCHEDULES, close: () => opened.disposeAsync() }
}

/** Opens the database and what pictures are made with for a command. */
export async function openMediaForCommand(config: Config, log: Logger) {
  await using opening = new AsyncDisposableStack()
  const database = await openDatabaseOf(config, 'command', log, opening)
  const media = { ...openMedia(config, await openBlobs(config), log, opening), quotaBytes: config.MEDIA_QUOTA_BYTES }
  const opened = opening.move()
  return { database, media, close: () => opened.disposeAsync() }
}

/** Opens the database and the heads for a command. @throws StartupError without Redis */
export async function openFeedsForCommand(config: Config, log: Logger): Promise<OpenedDatabase & { heads: Heads }> {
  await using opening = new AsyncDisposableStack()
  if (!config.REDIS_URL)
    throw new StartupError('REDIS_URL is not set: without Redis no heads are kept, and feeds are read from the database.')
  const database = await openDatabaseOf(config, 'command', log, opening)
  const redis = closing(opening, await openRedisOf(config, config.REDIS_URL, REDIS_COMMAND_ANSWER_MS, log))
  if (redis.run() === undefined) throw new StartupError('Redis does not answer. Is REDIS_URL right and the server up?')
  const heads = openHeads({ redis, database, prefix: config.REDIS_PREFIX })
  opening.defer(() => heads.close())
  const opened = opening.move()
  return { database, schedules: SCHEDULES, heads, close: () => opened.disposeAsync() }
}

async function openDatabaseOf(config: Config, purpose: 'start' | 'command', log: Logger, opening: AsyncDisposableStack): Promise<Database> {
  const openEmbedded = async () => closing(opening, await openEmbeddedServer({ dataDir: config.NEXUS_DATA_DIR, purpose, log }))
  const url = config.DATABASE_URL ?? (await openEmbedded()).url
  const { DATABASE_PREPARE: prepare, DATABASE_READERS: readers, DATABASE_WRITERS: writers } = config
  return closing(opening, await openDatabase({ url, prepare, readers, writers, jobsOf }))
}

function openRedisOf({ REDIS_CLUSTER }: Config, url: string, answerMs: number, log: Logger): Promise<Redis> {
  return REDIS_CLUSTER ? openRedisCluster({ url, answerMs }, log) : openRedis({ url, answerMs }, log)
}

function closing<Opened extends { close(): Promise<void> }>(stack: AsyncDisposableStack, opened: Opened): Opened {
  stack.defer(() => opened.close())
  return opened
}

async function openCarrier(config: Config, database: Database, log: Logger, times: CarrierTimes): Promise<JobCarrier> {
  return config.AMQP_URL ? carryOverRabbitmq(config.AMQP_URL, database, log, times) : carryInProcess(database, log, times)
}

function openBlobs(config: Config): Blobs | Promise<Blobs> {
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_REGION: region, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = config
  if (!bucket || !S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) return openDiskBlobs(`${config.NEXUS_DATA_DIR}/media`)
  return openS3Blobs({ endpoint, bucket, region, accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY })
}

/** What uploads are made with. Files on their way in lie beside those that are kept: on the same file system. */
function openMedia(config: Config, blobs: Blobs, log: Logger, opening: AsyncDisposableStack) {
  const images = openImageWorks({ pixelsMax: config.MEDIA_PIXELS_MAX, atOnceMax: config.MEDIA_AT_ONCE_MAX, log })
  const workbench = closing(opening, openWorkbench(`${config.NEXUS_DATA_DIR}/incoming`, log))
  return { blobs, images, workbench, urls: openMediaUrls(config.MEDIA_URL) }
}

function openMailer(config: Config, log: Logger) {
  return config.SMTP_URL
    ? openSmtpMailer(config.SMTP_URL, config.MAIL_FROM)
    : openFileMailer(`${config.NEXUS_DATA_DIR}/mail`, config.MAIL_FROM, log)
}
