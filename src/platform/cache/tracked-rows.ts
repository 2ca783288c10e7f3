import { tally } from '../observe/tally.ts'
import { keepRecent } from './keep-recent.ts'

/** Whatever else happens, nothing is older. */
const AGE_MS_MAX = 60_000

/** Rows kept in this process by their ids, as long as every change is heard of. What is not there is kept as that. */
export interface TrackedRows<Row> {
  /** The rows of these ids; those that are not there are left out. What is not kept is loaded, once for all who ask meanwhile. */
  read(ids: Iterable<number>): Promise<Map<number, Row>>
  /**
   * The row as it is kept, without waiting: null when it is known not to be there, undefined when it must be read. To be asked in the turn in which every
   * change was found to be heard of; `now` is performance.now() of that turn.
   */
  known(id: number, now: number): Row | null | undefined
  /** The row has changed. What is being loaded of it is answered to who asked for it, and not kept. */
  drop(id: number): void
  /** Anything may have changed. */
  dropAll(): void
}

export interface TrackedRowsSettings<Row> {
  load(ids: readonly number[]): Promise<Row[]>
  idOf(row: Row): number
  /** Whether every change is heard of now. */
  stands(): boolean
  rowsMax: number
}

export function trackRows<Row>({ load, idOf, stands, rowsMax }: TrackedRowsSettings<Row>): TrackedRows<Row> {
  const kept = keepRecent<number, { row: Row | null; until: number }>(rowsMax)
  /** By id, the load that will answer it; one that was dropped since is another's no more. */
  const underWay = new Map<number, Promise<Map<number, Row>>>()

  function begin(ids: number[]): Promise<Map<number, Row>> {
    const mayKeep = stands()
    const loading: Promise<Map<number, Row>> = load(ids)
      .then((rows) => {
        const byId = new Map(rows.map((row) => [idOf(row), row]))
        const until = performance.now() + AGE_MS_MAX
        if (mayKeep && stands()) for (const id of ids) if (underWay.get(id) === loading) kept.set(id, { row: byId.get(id) ?? null, until })
        return byId
      })
      .finally(() => {
        for (const id of ids) if (underWay.get(id) === loading) underWay.delete(id)
      })
    for (const id of ids) underWay.set(id, loading)
    return loading
  }

  function known(id: number, now: number): Row | null | undefined {
    const found = kept.get(id)
    return found && found.until > now ? found.row : undefined
  }

  async function read(ids: Iterable<number>): Promise<Map<number, Row>> {
    const found = new Map<number, Row>()
    const missing: number[] = []
    const waiting = new Map<number, Promise<Map<number, Row>>>()
    const usable = stands()
    const now = performance.now()
    for (const id of ids) {
      const row = usable ? known(id, now) : undefined
      const loading = row === undefined && usable ? underWay.get(id) : undefined
      if (row) found.set(id, row)
      else if (loading) waiting.set(id, loading)
      else if (row === undefined) missing.push(id)
    }
    if (missing.length > 0) {
      const loading = begin(missing)
      for (const id of missing) waiting.set(id, loading)
    }
    for (const [id, loading] of waiting) {
      const row = (await loading).get(id)
      if (row !== undefined) found.set(id, row)
    }
    tally.rowsLoaded += missing.length
    return found
  }

  return {
    read,
    known,
    drop: (id) => {
      kept.delete(id)
      underWay.delete(id)
    },
    dropAll: () => {
      kept.clear()
      underWay.clear()
    },
  }
}
