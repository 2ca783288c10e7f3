import type { Logger } from 'pino'
import type { Heads } from '../domain/feeds/heads/open-heads.ts'
import type { Followers } from '../domain/feeds/read-followers.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import type { Database } from '../platform/database/open-database.ts'
import type { Mailer } from '../platform/mail/mailer.ts'
import type { Job } from '../platform/queue/job.ts'

/** What a job may use. Each names the least that it needs. */
export interface WorkerContext {
  database: Database
  mail: Mailer
  blobs: Blobs
  /** Undefined without Redis. */
  heads: Heads | undefined
  followers: Followers
  log: Logger
}

// A job is given of a fact's payload what its schema has; it is checked by it again before it runs.
// biome-ignore lint/suspicious/noExplicitAny: the tables hold jobs of many shapes
export type AnyJob = Job<any, WorkerContext>
