/**
 * Makes one question of all that are asked in the same turn of the event loop: a statement for many requests costs little more than for one.
 * `readAll` answers in the order of what it was asked.
 */
export function gather<Asked, Answer>(
  readAll: (asked: Asked[]) => Promise<Answer[]>,
  gatheredMax: number,
): (asked: Asked) => Promise<Answer> {
  let waiting: { asked: Asked; resolve(answer: Answer): void; reject(error: unknown): void }[] = []

  function ask(): void {
    const gathered = waiting
    waiting = []
    readAll(gathered.map(({ asked }) => asked)).then(
      (answers) => {
        for (const [place, { resolve }] of gathered.entries()) resolve(answers[place] as Answer)
      },
      (error) => {
        for (const { reject } of gathered) reject(error)
      },
    )
  }

  return (asked) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => waiting.length > 0 && ask())
      waiting.push({ asked, resolve, reject })
      if (waiting.length >= gatheredMax) ask()
    })
}
