/** How long requests took, in milliseconds. */
export interface Latency {
  mean: number
  p50: number
  p95: number
  p99: number
  max: number
}

export function summarise(milliseconds: readonly number[]): Latency {
  const ordered = Float64Array.from(milliseconds).sort()
  const at = (part: number) => rounded(ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * part))] ?? Number.NaN)
  const mean = ordered.reduce((sum, each) => sum + each, 0) / ordered.length
  return { mean: rounded(mean), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

export function median(values: readonly number[]): number {
  const ordered = [...values].sort((one, other) => one - other)
  const middle = ordered.length >> 1
  const upper = ordered[middle] ?? Number.NaN
  return rounded(ordered.length % 2 === 1 ? upper : ((ordered[middle - 1] ?? Number.NaN) + upper) / 2)
}

/** Of figures of the same form from several rounds, the median of each. */
export function mediansOf<Name extends string>(rounds: readonly Readonly<Record<Name, number>>[]): Record<Name, number> {
  const names = Object.keys(rounds[0] ?? {}) as Name[]
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]))])) as Record<Name, number>
}

/** Three places are more than any of these figures is good for. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
