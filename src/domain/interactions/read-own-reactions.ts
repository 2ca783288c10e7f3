import { type Reader, type Statement, statement } from '../../platform/database/statement.ts'
import { gather } from '../../platform/gather.ts'

export type OwnReaction = 'liked-posts' | 'shared-posts' | 'bookmarked-posts' | 'liked-comments'

/** Viewers whose reactions are read by one statement. */
const VIEWERS_AT_ONCE_MAX = 100

type DoneRow = { place: number; done: string }

// For each viewer the ids as one text, both ways: lists of lists would be quoted element by element. Each id is looked up by itself, by the key that
// says that a thing is done once: a join would be planned by way of all that a viewer has ever liked.
const doneOf = (table: string, column: string) =>
  `select asked.place::int as place, d.done
   from unnest(string_to_array($1, ',')::int[], string_to_array($2, ';')) with ordinality as asked (viewer, ids, place)
     cross join lateral (
       select string_agg(one.id::text, ',') as done from unnest(string_to_array(asked.ids, ',')::bigint[]) as one (id)
       where (select true from ${table} where user_id = asked.viewer and ${column} = one.id)
     ) d
   where d.done is not null`

const STATEMENTS: Record<OwnReaction, Statement<DoneRow>> = {
  'liked-posts': statement('interactions.liked-posts', doneOf('likes', 'post_id')),
  'shared-posts': statement('interactions.shared-posts', doneOf('shares', 'post_id')),
  'bookmarked-posts': statement('interactions.bookmarked-posts', doneOf('bookmarks', 'post_id')),
  'liked-comments': statement('interactions.liked-comments', doneOf('comment_likes', 'comment_id')),
}

interface Asked {
  viewerId: number
  ids: readonly number[]
}
type Gathered = Record<OwnReaction, (asked: Asked) => Promise<ReadonlySet<number>>>

/** Requests that come at once share a statement. */
const gathered = new WeakMap<Reader, Gathered>()

/** Which of these the viewer has liked or shared. */
export async function readOwnReactions(
  reader: Reader,
  reaction: OwnReaction,
  viewerId: number,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return NONE
  let read = gathered.get(reader)
  if (!read) {
    const gatherOf = (each: OwnReaction) => gather((asked: Asked[]) => readDone(reader, each, asked), VIEWERS_AT_ONCE_MAX)
    read = {
      'liked-posts': gatherOf('liked-posts'),
      'shared-posts': gatherOf('shared-posts'),
      'bookmarked-posts': gatherOf('bookmarked-posts'),
      'liked-comments': gatherOf('liked-comments'),
    }
    gathered.set(reader, read)
  }
  return read[reaction]({ viewerId, ids })
}

const NONE: ReadonlySet<number> = new Set()

async function readDone(reader: Reader, reaction: OwnReaction, asked: readonly Asked[]): Promise<ReadonlySet<number>[]> {
  const sets = new Array<ReadonlySet<number>>(asked.length).fill(NONE)
  const values = [asked.map(({ viewerId }) => viewerId).join(','), asked.map(({ ids }) => ids.join(',')).join(';')]
  for (const { place, done } of await reader.rows(STATEMENTS[reaction], values)) sets[place - 1] = new Set(done.split(',').map(Number))
  return sets
}
