/** What a scenario must reach, and what it aims for. */
export interface Target {
  what: string
  value: number
  atLeast: number
  aim: number
  unit: 'share' | 'ms' | 'bytes' | 'times'
  better: 'more' | 'less'
}

/** The lines that the run ends with: code 1 when one of them does not hold. */
export function holdsOf(targets: readonly Target[]): Record<string, boolean> {
  return Object.fromEntries(targets.map((target) => [target.what, reaches(target, target.atLeast)]))
}

export function reaches({ value, better }: Target, limit: number): boolean {
  return better === 'more' ? value >= limit : value <= limit
}
