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
    NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65535).default(4000),
    PUBLIC_URL: urlWith('http:', 'https:').transform(withoutSlash).optional(),
    NEXUS_DATA_DIR: z
      .string()
      .default('.nexus')
      .transform((value) => resolve(value)),
    NEXUS_MIGRATE: z.enum(['auto', 'never']).default('auto'),
    DATABASE_URL: urlWith('postgres:', 'postgresql:').optional(),
    DATABASE_PREPARE: onOff('on'),
    DATABASE_READERS: z.coerce.number().int().min(1).max(64).default(4),
    DATABASE_WRITERS: z.coerce.number().int().min(1).max(64).default(10),
    REDIS_URL: urlWith('redis:', 'rediss:').optional(),
    REDIS_PREFIX: z.string().default('nexus:'),
    AMQP_URL: urlWith('amqp:', 'amqps:').optional(),
    AUTH_SECRET: z.string().min(AUTH_SECRET_LENGTH_MIN, `must have at least ${AUTH_SECRET_LENGTH_MIN} characters`).optional(),
    TRUSTED_PROXIES: list.refine((proxies) => proxies.every(isAddressOrRange), 'must be a list of addresses and ranges such as 10.0.0.0/8'),
    CORS_ORIGINS: list.refine((origins) => origins.every(isOrigin), 'must be * or a list of origins such as https://app.example.com'),
    SMTP_URL: urlWith('smtp:', 'smtps:').optional(),
    MAIL_FROM: z.string().default('Nexus <nexus@localhost>'),
    MEDIA_URL: urlWith('http:', 'https:').transform(withoutSlash).optional(),
    MEDIA_BYTES_MAX: bytes(1024, 16 * MIB, 256 * MIB),
    MEDIA_PIXELS_MAX: z.coerce.number().int().min(10_000).max(500_000_000).default(50_000_000),
    MEDIA_QUOTA_BYTES: bytes(MIB, 2048 * MIB, 1024 * 1024 * MIB),
    MEDIA_AT_ONCE_MAX: z.coerce.number().int().min(1).max(64).default(2),
    S3_ENDPOINT: urlWith('http:', 'https:').optional(),
    S3_BUCKET: z.string().optional(),
    S3_REGION: z.string().optional(),
    S3_ACCESS_KEY_ID: z.string().optional(),
    S3_SECRET_ACCESS_KEY: z.string().optional(),
    METRICS_TOKEN: z.string().min(METRICS_TOKEN_LENGTH_MIN, `must have at least ${METRICS_TOKEN_LENGTH_MIN} characters`).optional(),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    GRAPHQL_INTROSPECTION: onOff('on'),
    GRAPHQL_PLAYGROUND: onOff('on'),
    DOCS_HUB: onOff('on'),
    RATE_LIMIT_SIGN_UPS: perMinute(limits.signUps),
    RATE_LIMIT_LOGINS: perMinute(limits.logins),
    RATE_LIMIT_WRITES: perMinute(limits.writes),
    RATE_LIMIT_UPLOADS: perMinute(limits.uploads),
    REQUESTS_IN_FLIGHT_MAX: z.coerce.number().int().min(1).max(100_000).default(1000),
    NEXUS_ADMIN_PASSWORD: z.string().optional(),
    DRAIN_SECONDS: z.coerce.number().int().min(0).max(300).default(10),
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
  if (config.SMTP_URL && config.MAIL_FROM.endsWith('@localhost>')) {
    throw new StartupError('MAIL_FROM: SMTP_URL is set, so say from which address mail is sent.')
  }
  const isSet = (name: keyof Config) => config[name] !== undefined
  const given = (['S3_ENDPOINT', 'S3_REGION', ...S3_NEEDED] as const).find(isSet)
  const missing = S3_NEEDED.find((name) => !isSet(name))
  if (given && missing) throw new StartupError(`${missing}: ${given} is set, so files go to S3, which needs ${S3_NEEDED.join(', ')}.`)
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
