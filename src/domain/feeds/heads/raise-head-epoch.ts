/** Whoever runs SQL inside a transaction of its own. */
interface Session {
  query(text: string): Promise<unknown>
}

/**
 * From the commit on, no head of before is a head any more: an import writes entries that no fan-out delivers. It waits for nobody but other
 * raises; so it comes last in a long transaction.
 */
export async function raiseHeadEpoch(session: Session): Promise<void> {
  await session.query('select raise_head_epoch()')
}
