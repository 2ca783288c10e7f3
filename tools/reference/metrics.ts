import type { Reader } from '../../src/platform/database/statement.ts'
import { openMetrics } from '../../src/platform/observe/metrics.ts'
import { code, page, table } from './page.ts'

export async function describeMetrics(): Promise<string> {
  const rows = (await listMetrics()).map(({ name, type, help }) => [code(name), type, `${help}.`])
  return page('Metrics', 6, '`src/platform/observe/`', INTRODUCTION, table(['Metric', 'Type', 'What it says'], rows))
}

const INTRODUCTION = `What \`/metrics\` answers to whoever bears \`METRICS_TOKEN\`. [Metrics](../metrics.md) says what the labels mean, and which are worth an alert.`

/** The metrics of a process that has all three services. */
export async function listMetrics(): Promise<{ name: string; type: string; help: string }[]> {
  // Names and sentences stand without a database; what is read from one is left out where it does not answer.
  const database = { rows: () => Promise.reject(new Error('there is no database here')) } as unknown as Reader
  const metrics = openMetrics({ database, redisConnected: () => true, rabbitmqConnected: () => true, pulseAgeMs: () => 0 })
  const { text } = await metrics.render()
  await metrics.close()
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]))
  return [...text.matchAll(/^# HELP (\S+) (.+)$/gm)].map(([, name = '', help = '']) => ({
    name,
    type: types.get(name) ?? '',
    help: help.replace(/\.$/, ''),
  }))
}
