import { NotYet } from '../unavailable.ts'
import { firstRow, type Statement, statement, type Writer } from './statement.ts'

/** After so many batches a job makes room for others and goes on later: so it ends well within its lease. */
export const BATCHES_A_RUN_MAX = 100

/** What one batch has done. `left` counts only where nothing was done: then the rows that are left are locked by others. */
export interface Batch {
  done: number
  left: boolean
}

/**
 * Works rows off a batch at a time, each in a transaction of its own, until none is left: any number of workers may do so at once.
 * @throws NotYet when some are left: others hold them, or there are more than one run does
 */
export async function runInBatches(database: Writer, batch: Statement<Batch>, values: readonly unknown[]): Promise<void> {
  for (let batches = 0; batches < BATCHES_A_RUN_MAX; batches += 1) {
    const { done, left } = (await database.transaction((tx) => firstRow(tx, batch, values))) ?? { done: 0, left: false }
    if (done === 0 && !left) return
    if (done === 0) throw new NotYet('the rows that are left are in use')
  }
  throw new NotYet('there are more rows than one run works off')
}

interface RowsToDelete {
  from: string
  where: string
  rowsMax: number
  /** The table's primary key, by default `id`. */
  key?: string
}

/** Declares a batch for runInBatches that deletes rows of a table. */
export function deleteBatch(name: string, { from, where, rowsMax, key = 'id' }: RowsToDelete): Statement<Batch> {
  return statement(
    name,
    `with batch as materialized (select ${key} from ${from} where ${where} limit ${rowsMax} for update skip locked),
       deleted as (delete from ${from} where ${key} in (select ${key} from batch) returning ${key})
     select (select count(*)::int from deleted) as done, exists (select from ${from} where ${where}) as "left"`,
  )
}
