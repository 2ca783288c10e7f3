import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { StartupError } from './platform/startup-error.ts'
import { urlOfListener } from './platform/url-of-listener.ts'

const AUTH_SECRET_LENGTH_MIN = 32
const METRICS_TOKEN_LENGTH_MIN = 16

const onOff = (byDefault: 'on' | 'off') =>
  z
    .enum(['on', 'off'])
    .default(byDefault)
    .transform((value) => value === 'on')
const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
const perMinute = (byDefault: number) => z.coerce.number().int().min(1).max(1_000_000).default(byDefault)
const urlWith = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => protocols.includes(URL.parse(value)?.protocol ?? ''),
      `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    )

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  const bitsMax = version === 4 ? 32 : 128
  return version !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax))
}

function isOrigin(text: string): boolean {
  return text === '*' || URL.parse(text)?.origin === text
}

/** Limits of sign-ups, sign-ins and writes are strict where strangers are; elsewhere only their own tests meet them. */
const LIMITS = {
  production: { signUps: 10, logins: 20, writes: 120, uploads: 30 },
  elsewhere: { signUps: 1000, logins: 1000, writes: 1000, uploads: 1000 },
}

const MIB = 1024 * 1024
const bytes = (min: number, byDefault: number, max: number) => z.coerce.number().int().min(min).max(max).default(byDefault)
const withoutSlash = (value: string) => value.replace(/\/+$/, '')

function settings(production: boolean) {
  const limits = production ? LIMITS.production : LIMITS.elsewhere
  return z.object({
    NODE_ENV: z
      .enum(['production', 'development', 'test'])
      .default('development')
      .describe('`production` wants AUTH_SECRET, refuses weak passwords and keeps strict limits'),
    HOST: z.string().default('127.0.0.1').describe('The address to listen at; `0.0.0.0` for all of the machine'),
    PORT: z.coerce.number().int().min(0).max(65535).default(4000).describe('The port to listen at; 0 takes a free one'),
    PUBLIC_URL: urlWith('http:', 'https:')
      .transform(withoutSlash)
      .optional()
      .describe('Where clients find this server; links in mails and REST answers begin with it. By default where it listens'),
    NEXUS_DATA_DIR: z
      .string()
      .default('.nexus')
      .transform((value) => resolve(value))
      .describe('The embedded database, mails that no SMTP server took, uploads without S3, the signing secret'),
    NEXUS_MIGRATE: z
      .enum(['auto', 'never'])
      .default('auto')
      .describe('`auto` brings the schema up to date at start; `never` leaves it to `nexus migrate`'),
    DATABASE_URL: urlWith('postgres:', 'postgresql:')
      .optional()
      .describe('PostgreSQL 15 to 18. Without it an embedded one runs in NEXUS_DATA_DIR'),
    DATABASE_PREPARE: onOff('on').describe('`off` behind a pooler that gives each transaction another connection'),
    DATABASE_READERS: z.coerce.number().int().min(1).max(64).default(4).describe('Connections of this process for reads'),
    DATABASE_WRITERS: z.coerce.number().int().min(1).max(64).default(10).describe('Connections of this process for transactions'),
    REDIS_URL: urlWith('redis:', 'rediss:')
      .optional()
      .describe('Redis 7 or later: heads of feeds, rankings, what processes tell each other. Without it PostgreSQL does it'),
    REDIS_CLUSTER: onOff('off').describe('`on` where REDIS_URL names a node of a Redis Cluster, from which the others are learned'),
    REDIS_PREFIX: z.string().default('nexus:').describe('What all keys begin with'),
    AMQP_URL: urlWith('amqp:', 'amqps:')
      .optional()
      .describe('RabbitMQ 3.10 or later, which carries jobs to workers. Without it they take them from PostgreSQL'),
    AUTH_SECRET: z
      .string()
      .min(AUTH_SECRET_LENGTH_MIN, `must have at least ${AUTH_SECRET_LENGTH_MIN} characters`)
      .optional()
      .describe('Signs access tokens; the same in every process. Outside production one is made and kept in NEXUS_DATA_DIR'),
    TRUSTED_PROXIES: list
      .refine((proxies) => proxies.every(isAddressOrRange), 'must be a list of addresses and ranges such as 10.0.0.0/8')
      .describe('Addresses and ranges that may say by X-Forwarded-For whom they speak for'),
    CORS_ORIGINS: list
      .refine((origins) => origins.every(isOrigin), 'must be * or a list of origins such as https://app.example.com')
      .describe('Origins whose pages may call, or `*`. Outside production pages of this machine may as well'),
    SMTP_URL: urlWith('smtp:', 'smtps:').optional().describe('Where mail is handed in. Without it mails become files in NEXUS_DATA_DIR'),
    MAIL_FROM: z.string().default('Nexus <nexus@localhost>').describe('The sender of mails'),
    MEDIA_URL: urlWith('http:', 'https:')
      .transform(withoutSlash)
      .optional()
      .describe('Where browsers find uploads, a CDN for instance. By default PUBLIC_URL/media'),
    MEDIA_BYTES_MAX: bytes(1024, 16 * MIB, 256 * MIB).describe('The size of an upload'),
    MEDIA_PIXELS_MAX: z.coerce.number().int().min(10_000).max(500_000_000).default(50_000_000).describe('Width times height of an upload'),
    MEDIA_QUOTA_BYTES: bytes(MIB, 2048 * MIB, 1024 * 1024 * MIB).describe('What all uploads of a user may take together'),
    MEDIA_AT_ONCE_MAX: z.coerce.number().int().min(1).max(64).default(2).describe('How many uploads are worked on at once in this process'),
    S3_ENDPOINT: urlWith('http:', 'https:').optional().describe("Where S3 is, if it is not Amazon's"),
    S3_BUCKET: z.string().optional().describe('The bucket for uploads. Without it they lie in NEXUS_DATA_DIR'),
    S3_REGION: z.string().optional().describe("The bucket's region"),
    S3_ACCESS_KEY_ID: z.string().optional().describe("The key's name"),
    S3_SECRET_ACCESS_KEY: z.string().optional().describe('The key'),
    METRICS_TOKEN: z
      .string()
      .min(METRICS_TOKEN_LENGTH_MIN, `must have at least ${METRICS_TOKEN_LENGTH_MIN} characters`)
      .optional()
      .describe('Opens /metrics to whoever bears it. Without it there is none'),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('What is logged, as JSON lines on standard output'),
    GRAPHQL_INTROSPECTION: onOff('on').describe('Whether strangers may ask for the schema'),
    GRAPHQL_PLAYGROUND: onOff('on').describe('Whether a browser gets the playground at /graphql'),
    DOCS_HUB: onOff('on').describe('Whether these pages are served at /docs'),
    RATE_LIMIT_SIGN_UPS: perMinute(limits.signUps).describe('Sign-ups a minute from one address'),
    RATE_LIMIT_LOGINS: perMinute(limits.logins).describe('Sign-ins and reset mails a minute from one address'),
    RATE_LIMIT_WRITES: perMinute(limits.writes).describe('Mutations a minute, of one user and from one address'),
    RATE_LIMIT_UPLOADS: perMinute(limits.uploads).describe('Uploads a minute'),
    REQUESTS_IN_FLIGHT_MAX: z.coerce
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(1000)
      .describe('Requests under way in this process; beyond it 503 with Retry-After'),
    NEXUS_ADMIN_PASSWORD: z.string().optional().describe('Read by `nexus admin create`, which asks for it otherwise'),
    DRAIN_SECONDS: z.coerce.number().int().min(0).max(300).default(10).describe('How long a stopping process lets requests and jobs end'),
  })
}

export type Config = z.infer<ReturnType<typeof settings>> & { production: boolean; PUBLIC_URL: string; MEDIA_URL: string }

/**
 * Reads the environment, once. An empty value is the same as none.
 * @throws StartupError with one sentence that names the setting, when a value is wrong or half a setting is there.
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const production = given.NODE_ENV === 'production'
  const parsed = settings(production).safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new StartupError(`${issue?.path.join('.')}: ${issue?.message}. Mend this setting and start again.`)
  }
  const { PUBLIC_URL = urlOfListener(parsed.data.HOST, parsed.data.PORT), MEDIA_URL = `${PUBLIC_URL}/media`, ...others } = parsed.data
  const config = { ...others, PUBLIC_URL, MEDIA_URL, production }
  refuseHalfSettings(config)
  return config
}

const S3_NEEDED = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const

function refuseHalfSettings(config: Config): void {
  if (config.production && !config.AUTH_SECRET) {
    throw new StartupError(
      `AUTH_SECRET: NODE_ENV=production needs one of at least ${AUTH_SECRET_LENGTH_MIN} characters, the same in every process.`,
    )
  }
  if (config.REDIS_CLUSTER && !config.REDIS_URL) throw new StartupError('REDIS_URL: REDIS_CLUSTER is on, so name a node of the cluster.')
  if (config.SMTP_URL && config.MAIL_FROM.endsWith('@localhost>')) {
    throw new StartupError('MAIL_FROM: SMTP_URL is set, so say from which address mail is sent.')
  }
  const isSet = (name: keyof Config) => config[name] !== undefined
  const given = (['S3_ENDPOINT', 'S3_REGION', ...S3_NEEDED] as const).find(isSet)
  const missing = S3_NEEDED.find((name) => !isSet(name))
  if (given && missing) throw new StartupError(`${missing}: ${given} is set, so files go to S3, which needs ${S3_NEEDED.join(', ')}.`)
}

/** Every setting as JSON Schema has it: its default, its bounds and its sentence. `production` has other limits. */
export function listSettings(production: boolean): Record<string, z.core.JSONSchema.BaseSchema> {
  return z.toJSONSchema(settings(production), { io: 'input' }).properties as Record<string, z.core.JSONSchema.BaseSchema>
}

const SECRET_SETTINGS = new Set(['AUTH_SECRET', 'METRICS_TOKEN', 'NEXUS_ADMIN_PASSWORD', 'S3_SECRET_ACCESS_KEY'])
const SECRET_PARAMETER = /pass|pwd|secret|token|key|credential/i
const MASK = '********'

/**
 * Answers every setting as a line of NAME=value, those too that are not set, with secrets masked: those by name, and inside of URLs
 * passwords and all parameters whose name sounds like one.
 */
export function describeConfig(config: Config): string[] {
  const values: Record<string, unknown> = config
  return Object.keys(settings(config.production).shape).map((name) => `${name}=${describeValue(name, values[name])}`)
}

function describeValue(name: string, value: unknown): string {
  if (value === undefined) return ''
  if (SECRET_SETTINGS.has(name)) return MASK
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value)) return value.join(',')
  const url = typeof value === 'string' && value.includes('://') ? URL.parse(value) : null
  return url ? describeUrl(url, String(value)) : String(value)
}

function describeUrl(url: URL, asGiven: string): string {
  const secrets = [...url.searchParams.keys()].filter((name) => SECRET_PARAMETER.test(name))
  if (!url.password && secrets.length === 0) return asGiven
  if (url.password) url.password = MASK
  for (const name of secrets) url.searchParams.set(name, MASK)
  return url.href
}
