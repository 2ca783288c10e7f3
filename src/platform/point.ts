/** A named place where a test may hold whoever comes by. */
export type PointName =
  | 'fan-out:before-add'
  | 'fan-out:added'
  | 'head:marked'
  | 'head:snapshot-taken'
  | 'feed:pulse-taken'
  | 'password:derived'

type Hold = (detail: unknown) => Promise<void> | undefined

const held = new Map<PointName, Hold>()

/** Does nothing, unless a test holds this point. */
export function point(name: PointName, detail?: unknown): Promise<void> | undefined {
  return held.size === 0 ? undefined : held.get(name)?.(detail)
}

/** Holds whoever comes by: `hold` answers a promise to wait for, or undefined to let them pass. Answers how to end it. */
export function holdAt(name: PointName, hold: Hold): () => void {
  held.set(name, hold)
  return () => {
    if (held.get(name) === hold) held.delete(name)
  }
}
