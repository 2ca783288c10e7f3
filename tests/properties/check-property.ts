import fc from 'fast-check'

/** How long a smaller failing case is looked for. */
const SHRINK_MS_MAX = 20_000

/**
 * Holds an asynchronous property on random values. A failure tells the seed and the path that replay it:
 * `NEXUS_SEED=<seed>/<path>` runs the one failing case again, `NEXUS_SEED=<seed>` all of its run; `NEXUS_RUNS=<n>` runs so many cases.
 */
export async function checkProperty<Value>(
  arbitrary: fc.Arbitrary<Value>,
  hold: (value: Value) => Promise<void>,
  runs: number,
): Promise<void> {
  const [seed, path] = (process.env.NEXUS_SEED ?? '').split('/')
  let failedAt = Number.POSITIVE_INFINITY
  const holdWhileThereIsTime = async (value: Value) => {
    if (Date.now() > failedAt + SHRINK_MS_MAX) return // what was found so far is told
    await hold(value).catch((error) => {
      failedAt = Math.min(failedAt, Date.now())
      throw error
    })
  }
  await fc.assert(fc.asyncProperty(arbitrary, holdWhileThereIsTime), {
    numRuns: Number(process.env.NEXUS_RUNS ?? runs),
    ...(seed && { seed: Number(seed) }),
    ...(path && { path, endOnFailure: true }),
    reporter: (details) => {
      if (!details.failed) return
      const replay = `replay with NEXUS_SEED=${details.seed}/${details.counterexamplePath}`
      throw new Error(`${replay}\n${fc.defaultReportMessage(details)}`, { cause: details.errorInstance })
    },
  })
}
