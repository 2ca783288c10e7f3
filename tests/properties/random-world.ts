import fc from 'fast-check'
import type { Nexus } from '../cast.ts'

/** A world as rows: people are numbers from 1. What the API would refuse may stand in it, such as a follow across a block. */
export interface RandomWorld {
  people: ('here' | 'suspended' | 'closed')[]
  follows: [number, number][]
  mutes: [number, number][]
  blocks: [number, number][]
  /** Oldest first. `pause` milliseconds lie between the one before and this one; 0 is the same millisecond. */
  posts: { author: number; pause: number; forFollowers: boolean; hidden: boolean }[]
  /** Of posts by their place, oldest first. Those for followers are passed over: they cannot be shared. */
  shares: { by: number; post: number; pause: number }[]
}

export function randomWorld(people: number, posts: number): fc.Arbitrary<RandomWorld> {
  const person = fc.nat(people - 1).map((index) => index + 1)
  const pair = fc.tuple(person, person)
  const seldom = (n: number) => fc.nat(n).map((number) => number === 0)
  const standing = fc.oneof(
    { weight: 8, arbitrary: fc.constant('here' as const) },
    { weight: 1, arbitrary: fc.constant('suspended' as const) },
    { weight: 1, arbitrary: fc.constant('closed' as const) },
  )
  const pause = fc.nat(2)
  // In some worlds nearly everything is hidden, so that whole pages are left out.
  return fc.boolean().chain((muchHidden) =>
    fc.record({
      people: fc.array(standing, { minLength: people, maxLength: people }),
      follows: fc.array(pair, { minLength: people, maxLength: people * 4, size: 'max' }),
      mutes: fc.array(pair, { maxLength: Math.ceil(people / 2) }),
      blocks: fc.array(pair, { maxLength: Math.ceil(people / 2) }),
      posts: fc.array(
        fc.record({ author: person, pause, forFollowers: seldom(4), hidden: muchHidden ? seldom(3).map((is) => !is) : seldom(6) }),
        { minLength: Math.floor(posts / 2), maxLength: posts, size: 'max' },
      ),
      shares: fc.array(fc.record({ by: person, post: fc.nat(posts), pause }), {
        minLength: Math.floor(posts / 2),
        maxLength: posts * 2,
        size: 'max',
      }),
    }),
  )
}

/** Writes the world by plain SQL in the place of the one before. Posts and shares get their ids by the function that an import uses. */
export async function writeWorld(nexus: Nexus, world: RandomWorld): Promise<void> {
  const people = world.people.map((standing, index) => ({ id: index + 1, standing }))
  const began = Date.UTC(2020, 0, 1)
  const instants = (rows: { pause: number }[], first: number) => {
    let at = first
    return rows.map(({ pause }) => {
      at += pause
      return new Date(at).toISOString()
    })
  }
  const shares = distinct(world.shares.filter(({ post }) => world.posts[post]?.forFollowers === false))
  // Shares begin in the middle of the posts, so that the two mix.
  const midway = began + Math.floor(world.posts.length / 2)
  await nexus.sql('truncate users cascade')
  await nexus.sql(`insert into users (id, username, email, suspended_at, closed_at)
    select (p->>'id')::int, 'person' || (p->>'id'), (p->>'id') || '@mail.test', case p->>'standing' when 'suspended' then now() end,
      case p->>'standing' when 'closed' then now() end from jsonb_array_elements('${JSON.stringify(people)}') p`)
  for (const [table, one, other] of [
    ['follows', 'follower_id', 'following_id'],
    ['mutes', 'muter_id', 'muted_id'],
    ['blocks', 'blocker_id', 'blocked_id'],
  ] as const) {
    const pairs = world[table].filter(([a, b]) => a !== b)
    await nexus.sql(
      `insert into ${table} (${one}, ${other}) select (p->>0)::int, (p->>1)::int from jsonb_array_elements($1::jsonb) p on conflict do nothing`,
      [JSON.stringify(pairs)],
    )
  }
  const written = await nexus.sql<{ id: number }>(
    `insert into posts (id, author_id, content, visibility, hidden_at)
     select id, (p->>'author')::int, 'words', case when (p->>'forFollowers')::boolean then 'FOLLOWERS' else 'PUBLIC' end::visibility,
       case when (p->>'hidden')::boolean then now() end
     from unnest(new_ids(1, $1::timestamptz[])) with ordinality as made (id, place)
     join jsonb_array_elements($2::jsonb) with ordinality as given (p, place) using (place) order by id returning id`,
    [instants(world.posts, began), JSON.stringify(world.posts)],
  )
  await nexus.sql(
    `insert into shares (id, user_id, post_id)
     select id, (s->>'by')::int, (s->>'postId')::bigint
     from unnest(new_ids(2, $1::timestamptz[])) with ordinality as made (id, place)
     join jsonb_array_elements($2::jsonb) with ordinality as given (s, place) using (place)`,
    [instants(shares, midway), JSON.stringify(shares.map((share) => ({ ...share, postId: written[share.post]!.id })))],
  )
}

/** One share a user and post: the first. */
function distinct(shares: RandomWorld['shares']): RandomWorld['shares'] {
  const seen = new Set<string>()
  return shares.filter(({ by, post }) => !seen.has(`${by} ${post}`) && seen.add(`${by} ${post}`))
}
