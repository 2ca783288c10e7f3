import type { Reader } from '../../platform/database/statement.ts'
import { NEWEST, parseId } from '../../platform/ids.ts'
import { refuseInput } from '../../refusals.ts'
import { acceptFirst } from '../input/page-rules.ts'
import { chooseSource, type Warm } from './choose-source.ts'
import { fillPage } from './fill-page.ts'
import type { FeedEntry } from './home-feed-truth.ts'

export interface FeedArgs {
  first: number
  /** The id of a post, there or deleted: only older ones follow. */
  before?: string | null | undefined
  includeOwn: boolean
}

/** The posts, without shares, of whom the user follows, newest first. @throws BAD_USER_INPUT */
export async function readFeed(reader: Reader, userId: number, { first, before, includeOwn }: FeedArgs, warm?: Warm): Promise<FeedEntry[]> {
  const { limit, belowId } = acceptFeedPage({ first, before })
  return (await fillPage(chooseSource(reader, { viewerId: userId, includeOwn, withShares: false }, warm), belowId, limit)).entries
}

/** The part of a feed that is asked for. @throws BAD_USER_INPUT */
export function acceptFeedPage({ first, before }: Pick<FeedArgs, 'first' | 'before'>): { limit: number; belowId: number } {
  const limit = acceptFirst(first)
  const belowId = before === undefined || before === null ? NEWEST : parseId(before)
  if (belowId === undefined) throw refuseInput('before', 'before must be the id of a post.')
  return { limit, belowId }
}
