import { openApp, type Role } from '../app.ts'
import { type Config, readConfig } from '../config.ts'
import { openLog } from '../platform/observe/open-log.ts'

/** A signal this soon after the first is its echo: Ctrl-C reaches us and npm, which passes it on to us. */
const ECHO_MS_MAX = 500

/** Starts the roles and stays until it is told to stop (SIGTERM, SIGINT): then it drains, closes and exits with 0. A second signal forces. */
export async function start(roles: Role[]): Promise<void> {
  const config = readConfig()
  const log = openLog(config.LOG_LEVEL)
  const stopped = firstSignal()
  process.on('unhandledRejection', (err) => log.error({ err }, 'a fault of ours that no request waits for'))
  const app = await openApp(config, roles, log)
  if (!config.REDIS_URL && config.DATABASE_URL)
    log.info(
      'REDIS_URL is not set: feeds are read from PostgreSQL, rate limits count within each process, and live updates stay within one',
    )
  log.info(`Nexus is ready: ${describeUse(app.url, roles, config)}`)
  const signal = await stopped
  log.info({ signal }, 'stopping: no new work is taken')
  const forced = setTimeout(() => {
    log.error(`what was under way did not end within ${config.DRAIN_SECONDS} s`)
    process.exit(1)
  }, config.DRAIN_SECONDS * 1000)
  await app.close()
  clearTimeout(forced)
  log.info('stopped')
  process.exit(0)
}

function describeUse(url: string, roles: Role[], { GRAPHQL_PLAYGROUND }: Config): string {
  if (!roles.includes('api')) return `${roles.join(', ')}; health at ${url}/readyz`
  return GRAPHQL_PLAYGROUND ? `${url}/graphql (open it in a browser for the playground)` : `${url}/graphql`
}

function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAt: number | undefined
    const onSignal = (signal: string) => {
      firstAt ??= performance.now()
      if (performance.now() - firstAt > ECHO_MS_MAX) process.exit(1)
      resolve(signal)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}
