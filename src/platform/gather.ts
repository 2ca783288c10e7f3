/** A question goes along with others for at most so long: one that the one under way holds up any longer goes without it. */
const PATIENCE_MS = 5

/**
 * Makes one question of all that are asked in the same turn of the event loop, and, while one is under way, of all that are asked until it
 * comes back: asking for many costs little more than for one, and the more is asked, the more goes together. `readAll` answers in the order of
 * what it was asked. Each is asked after it came, never answered by a question that was under way already.
 */
export function gather<Asked, Answer>(
  readAll: (asked: Asked[]) => Promise<Answer[]>,
  gatheredMax: number,
): (asked: Asked) => Promise<Answer> {
  let waiting: Waiting<Asked, Answer>[] = []
  let underWay = 0
  let beginning = false
  let patience: NodeJS.Timeout | undefined

  function ask(): void {
    beginning = false
    clearTimeout(patience)
    patience = undefined
    if (waiting.length === 0) return
    const gathered = waiting
    waiting = []
    underWay += 1
    readAll(gathered.map(({ asked }) => asked)).then(
      (answers) => {
        cameBack()
        for (let place = 0; place < gathered.length; place += 1) gathered[place]?.resolve(answers[place] as Answer)
      },
      (error) => {
        cameBack()
        for (const { reject } of gathered) reject(error)
      },
    )
  }

  function cameBack(): void {
    underWay -= 1
    if (underWay === 0 && waiting.length > 0) beginSoon()
  }

  function beginSoon(): void {
    if (beginning) return
    beginning = true
    setImmediate(ask)
  }

  return (asked) =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject })
      if (waiting.length >= gatheredMax) ask()
      else if (underWay === 0) beginSoon()
      else patience ??= setTimeout(ask, PATIENCE_MS)
    })
}

interface Waiting<Asked, Answer> {
  asked: Asked
  resolve(answer: Answer): void
  reject(error: unknown): void
}
