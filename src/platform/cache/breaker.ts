import { Unavailable } from '../unavailable.ts'

/** So many answers missed in a row open it. */
const MISSES_MAX = 5
/** So long nobody asks; then one may try. */
const REST_MS = 1000

/**
 * Keeps a service that is slow from making everybody wait for it: an answer that does not come in time counts as none, and after a few of
 * those nobody asks for a second. What the service itself refuses is no miss.
 */
export function makeBreaker({ answerMs }: { answerMs: number }) {
  let misses = 0
  let restsUntil = 0

  return async function ask<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    if (misses >= MISSES_MAX) {
      if (performance.now() < restsUntil) throw new Unavailable('Redis was too slow a moment ago')
      restsUntil = performance.now() + REST_MS
    }
    let timer: NodeJS.Timeout | undefined
    let answered = false
    const late = new Promise<never>((_, reject) => {
      const miss = () => {
        if (answered) return
        misses += 1
        restsUntil = performance.now() + REST_MS
        reject(new Unavailable('Redis did not answer in time'))
      }
      // Where this process was busy for so long, the answer may be there and unread: it is looked for before it is missed.
      timer = setTimeout(() => setImmediate(miss), answerMs)
    })
    try {
      const answer = await Promise.race([run(), late])
      misses = 0
      return answer
    } catch (error) {
      if (!(error instanceof Unavailable)) misses = 0
      throw error
    } finally {
      answered = true
      clearTimeout(timer)
    }
  }
}
