import { holdAt, type PointName } from '../../src/platform/point.ts'

/** Somebody held at a point of our own code. */
export interface Held {
  /** Answers when somebody stands there. */
  reached: Promise<void>
  /** Lets them go on, and everybody after them pass. */
  release(): void
}

/** Holds the first who comes by, of those whom `whom` names; everybody else passes. */
export function holdFirst(name: PointName, whom: (detail: unknown) => boolean = () => true): Held {
  let arrive = () => {}
  let leave = () => {}
  let taken = false
  const reached = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const end = holdAt(name, (detail) => {
    if (taken || !whom(detail)) return undefined
    taken = true
    arrive()
    return left
  })
  return {
    reached,
    release: () => {
      end()
      leave()
    },
  }
}
