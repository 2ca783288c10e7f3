import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeConfig, readConfig } from '../../src/config.ts'
import { StartupError } from '../../src/platform/startup-error.ts'

const SECRET = 'a secret of thirty-two characters'

function sentenceOf(environment: Record<string, string>): string | undefined {
  try {
    readConfig(environment)
    return undefined
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    return error.message
  }
}

/** For each setting, values that will not do. */
const BAD: Record<string, string[]> = {
  NODE_ENV: ['prod', 'Production'],
  PORT: ['-1', '65536', '4000.5', 'four', '0x'],
  PUBLIC_URL: ['nexus.test', 'ftp://nexus.test', '//nexus.test'],
  NEXUS_MIGRATE: ['yes', 'on', 'Never'],
  DATABASE_URL: ['mysql://host/db', 'localhost:5432', 'postgres'],
  DATABASE_PREPARE: ['true', '0', 'Off'],
  DATABASE_READERS: ['0', '65', '1.5', 'some'],
  DATABASE_WRITERS: ['0', '65', '-3'],
  REDIS_URL: ['http://host', 'localhost:6379'],
  AMQP_URL: ['redis://host', 'rabbit'],
  AUTH_SECRET: ['short', 'x'.repeat(31)],
  REDIS_CLUSTER: ['yes', '1'],
  SMTP_URL: ['http://host', 'mail.test:25'],
  METRICS_TOKEN: ['short', 'y'.repeat(15)],
  LOG_LEVEL: ['verbose', 'INFO'],
  GRAPHQL_INTROSPECTION: ['yes'],
  GRAPHQL_PLAYGROUND: ['no'],
  DOCS_HUB: ['yes'],
  RATE_LIMIT_SIGN_UPS: ['0', '1000001', 'many'],
  RATE_LIMIT_LOGINS: ['0', '-1'],
  RATE_LIMIT_WRITES: ['0', '2.5'],
  RATE_LIMIT_UPLOADS: ['0', '1.5'],
  MEDIA_URL: ['cdn.test', 'ftp://cdn.test'],
  MEDIA_BYTES_MAX: ['0', '1023', '16MB', '268435457'],
  MEDIA_PIXELS_MAX: ['0', '9999', '500000001'],
  MEDIA_QUOTA_BYTES: ['0', '-1', '1GB'],
  MEDIA_AT_ONCE_MAX: ['0', '65'],
  S3_ENDPOINT: ['s3.test', 'tcp://s3.test'],
  REQUESTS_IN_FLIGHT_MAX: ['0', '100001'],
  DRAIN_SECONDS: ['-1', '301', 'soon'],
}

const S3_WORDS = ['S3_BUCKET', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']
/** Every text will do for these; what they name is tried when it is used. */
const FREE = ['HOST', 'NEXUS_DATA_DIR', 'REDIS_PREFIX', 'TRUSTED_PROXIES', 'CORS_ORIGINS', 'MAIL_FROM', 'NEXUS_ADMIN_PASSWORD', ...S3_WORDS]

describe('a value that will not do stops the start with one sentence that names the setting', () => {
  it.each(Object.entries(BAD))('%s', (name, values) => {
    for (const value of values) {
      const sentence = sentenceOf({ [name]: value })
      expect(sentence, value).toMatch(new RegExp(`^${name}: [^\\n]+\\.$`))
      if (!['AUTH_SECRET', 'METRICS_TOKEN'].includes(name)) continue
      expect(sentence, 'a secret is not said aloud').not.toContain(value)
    }
  })

  it('for every setting that there is', () => {
    const names = describeConfig(readConfig({})).map((line) => line.split('=')[0])
    expect(names.filter((name) => !(name! in BAD) && !FREE.includes(name!))).toEqual([])
  })
})

it('starts without any setting, embedded, on this machine alone', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: 4000,
    NEXUS_MIGRATE: 'auto',
    DATABASE_PREPARE: true,
    production: false,
  })
  expect([config.DATABASE_URL, config.REDIS_URL, config.AMQP_URL]).toEqual([undefined, undefined, undefined])
})

it('takes an empty value for none, as compose files give it', () => {
  expect(readConfig({ DATABASE_URL: '', PORT: '', AUTH_SECRET: '', REDIS_URL: '' })).toEqual(readConfig({}))
})

it('reads lists, switches and addresses as they are written', () => {
  const config = readConfig({
    TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1,',
    CORS_ORIGINS: 'https://a.test',
    DATABASE_PREPARE: 'off',
    PUBLIC_URL: 'https://nexus.test//',
    PORT: '0',
  })
  expect(config).toMatchObject({
    TRUSTED_PROXIES: ['10.0.0.0/8', '127.0.0.1'],
    CORS_ORIGINS: ['https://a.test'],
    DATABASE_PREPARE: false,
    PUBLIC_URL: 'https://nexus.test',
    PORT: 0,
  })
})

it('takes for its public address where it listens, unless it is told another', () => {
  expect(readConfig({}).PUBLIC_URL).toBe('http://127.0.0.1:4000')
  expect(readConfig({ PORT: '4321', HOST: '0.0.0.0' }).PUBLIC_URL).toBe('http://127.0.0.1:4321')
  expect(readConfig({ PORT: '4321', HOST: '::1' }).PUBLIC_URL).toBe('http://[::1]:4321')
  expect(readConfig({ PORT: '4321', PUBLIC_URL: 'https://nexus.test/' }).PUBLIC_URL).toBe('https://nexus.test')
})

it('needs a secret in production, and an address where mail is sent', () => {
  expect(sentenceOf({ NODE_ENV: 'production' })).toMatch(/^AUTH_SECRET: [^\n]+\.$/)
  expect(sentenceOf({ NODE_ENV: 'production', AUTH_SECRET: SECRET })).toBeUndefined()
  expect(sentenceOf({ REDIS_CLUSTER: 'on' })).toMatch(/^REDIS_URL: [^\n]+\.$/)
  expect(sentenceOf({ REDIS_CLUSTER: 'on', REDIS_URL: 'redis://127.0.0.1:7001' })).toBeUndefined()
  expect(sentenceOf({ SMTP_URL: 'smtp://mail.test' })).toMatch(/^MAIL_FROM: [^\n]+\.$/)
  expect(sentenceOf({ SMTP_URL: 'smtp://mail.test', MAIL_FROM: 'Nexus <nexus@mail.test>' })).toBeUndefined()
})

it('takes S3 whole or not at all', () => {
  const whole = { S3_BUCKET: 'files', S3_ACCESS_KEY_ID: 'nexus', S3_SECRET_ACCESS_KEY: 'hunter22' }
  expect(sentenceOf(whole)).toBeUndefined()
  expect(sentenceOf({ ...whole, S3_ENDPOINT: 'http://127.0.0.1:9000', S3_REGION: 'eu-1' })).toBeUndefined()
  for (const name of Object.keys(whole)) expect(sentenceOf({ ...whole, [name]: '' })).toMatch(new RegExp(`^${name}: [^\\n]+\\.$`))
  for (const given of [{ S3_ENDPOINT: 'http://127.0.0.1:9000' }, { S3_REGION: 'eu-1' }]) expect(sentenceOf(given)).toMatch(/^S3_BUCKET: /)
  expect(describeConfig(readConfig(whole)).join('\n')).not.toContain('hunter22')
})

it('serves media below its public address, unless it is told another', () => {
  expect(readConfig({}).MEDIA_URL).toBe('http://127.0.0.1:4000/media')
  expect(readConfig({ PUBLIC_URL: 'https://nexus.test' }).MEDIA_URL).toBe('https://nexus.test/media')
  expect(readConfig({ PUBLIC_URL: 'https://nexus.test', MEDIA_URL: 'https://cdn.test/' }).MEDIA_URL).toBe('https://cdn.test')
})

it('is strict with strangers in production, and elsewhere in nobody’s way', () => {
  const elsewhere = readConfig({})
  const production = readConfig({ NODE_ENV: 'production', AUTH_SECRET: SECRET })
  expect([elsewhere.RATE_LIMIT_SIGN_UPS, elsewhere.RATE_LIMIT_LOGINS, elsewhere.RATE_LIMIT_WRITES]).toEqual([1000, 1000, 1000])
  expect(production.RATE_LIMIT_SIGN_UPS).toBeLessThan(50)
  expect(production.RATE_LIMIT_LOGINS).toBeLessThan(50)
  expect(readConfig({ NODE_ENV: 'production', AUTH_SECRET: SECRET, RATE_LIMIT_LOGINS: '7' }).RATE_LIMIT_LOGINS).toBe(7)
})

it('prints every setting in force, and no secret', () => {
  const config = readConfig({
    AUTH_SECRET: SECRET,
    NEXUS_ADMIN_PASSWORD: 'hunter22',
    DATABASE_URL: 'postgres://nexus:hunter22@db.test:5432/nexus',
    REDIS_URL: 'redis://:hunter22@cache.test',
    AMQP_URL: 'amqp://nexus:hunter22@queue.test',
    SMTP_URL: 'smtp://nexus:hunter22@mail.test',
    MAIL_FROM: 'nexus@mail.test',
    TRUSTED_PROXIES: '10.0.0.1,10.0.0.2',
  })
  const printed = describeConfig(config)
  expect(printed.join('\n')).not.toMatch(/hunter22|thirty-two/)
  expect(printed).toContain('AUTH_SECRET=********')
  expect(printed).toContain('DATABASE_URL=postgres://nexus:********@db.test:5432/nexus')
  expect(printed).toContain('DATABASE_PREPARE=on')
  expect(printed).toContain('TRUSTED_PROXIES=10.0.0.1,10.0.0.2')
})

it('prints what is not set too, so that one sees what there is to set', () => {
  const printed = describeConfig(readConfig({}))
  const unset = ['DATABASE_URL', 'REDIS_URL', 'AMQP_URL', 'AUTH_SECRET', 'SMTP_URL', 'NEXUS_ADMIN_PASSWORD']
  expect(printed.filter((line) => line.endsWith('='))).toEqual(expect.arrayContaining(unset.map((name) => `${name}=`)))
  expect(printed.map((line) => line.split('=')[0])).toEqual(
    describeConfig(readConfig({ PORT: '1', REDIS_URL: 'redis://r' })).map((line) => line.split('=')[0]),
  )
})

it('prints no password that stands elsewhere in a URL, nor one of a URL that names no user', () => {
  const printed = (url: string) => describeConfig(readConfig({ DATABASE_URL: url })).find((line) => line.startsWith('DATABASE_URL='))
  expect(printed('postgres://db.test/nexus?user=nexus&password=hunter22')).not.toContain('hunter22')
  expect(printed('postgres://:hunter22@db.test/nexus')).not.toContain('hunter22')
  expect(printed('postgres://db.test/nexus?sslpassword=hunter22&sslmode=require')).toBe(
    'DATABASE_URL=postgres://db.test/nexus?sslpassword=********&sslmode=require',
  )
  expect(printed('postgres://db.test/nexus?host=/run/postgresql')).toBe('DATABASE_URL=postgres://db.test/nexus?host=/run/postgresql')
  const smtp = (url: string) => describeConfig(readConfig({ SMTP_URL: url, MAIL_FROM: 'a@b.test' })).join('\n')
  for (const name of ['pass', 'PWD', 'api_key', 'access_token', 'client-secret']) {
    expect(smtp(`smtp://mail.test?${name}=hunter22`), name).not.toContain('hunter22')
  }
})

it('the command tells its version, and prints the settings', () => {
  const project = resolve(import.meta.dirname, '../..')
  const nexus = (...args: string[]) =>
    execFileSync(process.execPath, ['src/main.ts', ...args], { cwd: project, encoding: 'utf8', env: { PORT: '4321' } })
  const { version } = JSON.parse(readFileSync(resolve(project, 'package.json'), 'utf8'))
  expect(nexus('--version')).toBe(`${version}\n`)
  expect(nexus('config').split('\n')).toEqual(expect.arrayContaining(['PORT=4321', 'PUBLIC_URL=http://127.0.0.1:4321', 'REDIS_URL=']))
})
