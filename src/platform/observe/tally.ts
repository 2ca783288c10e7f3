/** What this process has done, as plain numbers that whoever does it raises: an addition costs nanoseconds, where a metric's own takes a microsecond. */
export const tally = {
  /** Pages of feeds, by what the entries came from. */
  feeds: { head: 0, built: 0, truth: 0 },
  /** Rows of posts, shares and authors that were not kept in this process. */
  rowsLoaded: 0,
  refusals: new Map<string, number>(),
  /** Ends of jobs, as "name outcome". */
  jobs: new Map<string, number>(),
  /** Requests by their labels. */
  requests: new Map<string, RequestTally>(),
}

export interface RequestTally {
  route: string
  operation: string
  status: number
  /** How many took up to each of the bounds, and how many longer. */
  counts: number[]
  sum: number
}

/** In seconds. */
export const DURATION_BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** So many different requests are told apart; more can only be a mistake of ours, since every label comes from a list of our own. */
const REQUESTS_TOLD_APART_MAX = 1000

export function countRefusal(code: string): void {
  tally.refusals.set(code, (tally.refusals.get(code) ?? 0) + 1)
}

export function countJob(name: string, outcome: 'done' | 'failed' | 'later'): void {
  const key = `${name} ${outcome}`
  tally.jobs.set(key, (tally.jobs.get(key) ?? 0) + 1)
}

export function countRequest(route: string, operation: string, status: number, seconds: number): void {
  const key = `${route} ${operation} ${status}`
  let request = tally.requests.get(key)
  if (!request) {
    if (tally.requests.size >= REQUESTS_TOLD_APART_MAX) return
    request = { route, operation, status, counts: new Array<number>(DURATION_BOUNDS.length + 1).fill(0), sum: 0 }
    tally.requests.set(key, request)
  }
  let place = 0
  while (place < DURATION_BOUNDS.length && seconds > (DURATION_BOUNDS[place] ?? 0)) place += 1
  request.counts[place] = (request.counts[place] ?? 0) + 1
  request.sum += seconds
}
