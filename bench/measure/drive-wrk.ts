import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface WrkOrder {
  url: string
  connections: number
  seconds: number
  /** Sent in turn, each with its own Authorization header. */
  requests: { authorization: string; body: string }[]
}

/** Latencies are in milliseconds. */
export interface WrkResult {
  requests: number
  requestsPerSecond: number
  bytesOfAnswer: number
  mean: number
  p50: number
  p99: number
  max: number
}

// What wrk runs: it builds all requests beforehand, sends them in turn, and says its figures as JSON.
const SCRIPT = `
local requests, turn = {}, 0
function init(args)
  for line in io.lines(args[1]) do
    local authorization, body = line:match('^([^\\t]*)\\t(.*)$')
    requests[#requests + 1] = wrk.format('POST', nil, { authorization = authorization, ['content-type'] = 'application/json', accept = 'application/json' }, body)
  end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\\n{"requests":%d,"microseconds":%d,"bytes":%d,"failed":%d,"mean":%f,"p50":%f,"p99":%f,"max":%f}\\n', summary.requests, summary.duration,
    summary.bytes, errors.connect + errors.read + errors.write + errors.status + errors.timeout, latency.mean, latency:percentile(50), latency:percentile(99), latency.max))
end`

/** Drives a server by wrk, on one thread: next to nothing of the machine is taken from who is measured. @throws when an answer was not 200 */
export async function driveWrk({ url, connections, seconds, requests }: WrkOrder): Promise<WrkResult> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-wrk-'))
  try {
    const [script, lines] = [join(folder, 'load.lua'), join(folder, 'requests')]
    await writeFile(script, SCRIPT)
    await writeFile(lines, requests.map(({ authorization, body }) => `${authorization}\t${body}\n`).join(''))
    const said = await run(['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', script, url, '--', lines])
    const { requests: count, microseconds, bytes, failed, ...latency } = JSON.parse(said.trim().split('\n').at(-1) ?? '')
    if (failed > 0 || count === 0) throw new Error(`${failed} of ${count} answers were not good`)
    const ms = (us: number) => Math.round(us) / 1000
    return {
      requests: count,
      requestsPerSecond: Math.round((count / microseconds) * 1e6),
      bytesOfAnswer: Math.round(bytes / count),
      mean: ms(latency.mean),
      p50: ms(latency.p50),
      p99: ms(latency.p99),
      max: ms(latency.max),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(args: string[]): Promise<string> {
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const missing = new Promise<never>((_, reject) => {
    child.once('error', () => reject(new Error('wrk is missing (Debian: wrk)')))
  })
  return Promise.race([text(child.stdout), missing])
}
