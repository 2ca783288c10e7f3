import { readersOf, WORLD_ENDS, WORLD_STARTS, type WorldSizes } from './world-sizes.ts'

export interface WorldStep {
  name: string
  sql: string
}

// Shapes of the tails. A greater exponent gives the popular more.
const FOLLOWED_EXPONENT = 2.3
const POSTING_EXPONENT = 1.7
const REACTING_EXPONENT = 1.3
const WORD_EXPONENT = 4
/** Follows of a reader are log-normal (a median of 60 for a mean of 100), but for a few readers who follow thousands. */
const FOLLOWS_SIGMA = 1.01
const HEAVY_READERS = 10
/** Drawn beyond what is wanted, since what is drawn twice (a like of the same post by the same user) counts once. */
const SURPLUS = 1.15
const FOLLOWS_SURPLUS = 1.04

/**
 * The statements that make a world in an empty, migrated schema, in order. Every number is a hash of its row's number and the seed,
 * never random(): so neither the plan nor the number of processes changes what comes out. The triggers that keep the counts are on.
 */
export function worldSteps(sizes: WorldSizes): WorldStep[] {
  return [
    { name: 'functions', sql: functions(sizes) },
    { name: 'users', sql: users(sizes) },
    { name: 'follows', sql: follows(sizes) },
    { name: 'mutes and blocks', sql: mutesAndBlocks(sizes) },
    { name: 'posts', sql: posts(sizes) },
    { name: 'shares', sql: shares(sizes) },
    { name: 'comments', sql: comments(sizes) },
    { name: 'likes', sql: likes(sizes) },
  ]
}

// rare: one of 20,000 made-up words, some much used and most hardly ever, as it is with those of a language.
// draw: a number in [0, 1). person: the user of a rank of popularity; ids say nothing of it. moment: spreads n of many over the two years.
// shown: whether somebody else may share, like or comment on the post. told: an earlier post, mostly of these days, at times one that
// everybody speaks of.
function functions({ seed, users: people, posts: many }: WorldSizes): string {
  return `
    create function pg_temp.draw(n bigint, what int) returns float8 language sql immutable
      return ((hashint8extended(n, ${seed} * 1000 + what) >> 11) & ((1::bigint << 52) - 1))::float8 / (1::bigint << 52);
    create function pg_temp.rare(n bigint, what int) returns text language sql immutable
      return (select string_agg((array[${SYLLABLES}])[1 + (word / step) % 20], '')
        from (select floor(power(pg_temp.draw(n, what), ${WORD_EXPONENT}) * 20000)::int as word) drawn, unnest(array[1, 20, 400, 8000]) step);
    create function pg_temp.person(share float8) returns int language sql immutable
      return (1 + (floor(share * ${people})::bigint * ${coprimeOf(people)}) % ${people})::int;
    create function pg_temp.moment(n bigint, many bigint, what int) returns bigint language sql immutable
      return ${WORLD_STARTS} + floor((n - pg_temp.draw(n, what)) * ${WORLD_ENDS - WORLD_STARTS} / many)::bigint;
    create function pg_temp.id_at(milliseconds bigint, kind int, counter int) returns bigint language sql immutable
      return ((milliseconds - 946684800000) << 12) | (kind << 10) | counter;
    create function pg_temp.post_id(n bigint) returns bigint language sql immutable
      return pg_temp.id_at(pg_temp.moment(n, ${many}, 20), 1, 0);
    create function pg_temp.is_public(n bigint) returns boolean language sql immutable
      return pg_temp.draw(n, 22) >= 0.1;
    create function pg_temp.is_hidden(n bigint) returns boolean language sql immutable
      return pg_temp.draw(n, 23) < 0.0005;
    create function pg_temp.told(latest bigint, recency float8, fame float8) returns bigint language sql immutable
      return greatest(1, case
        when fame < 0.1 then latest - latest % ${Math.max(1, Math.round(many / 100))}
        when fame < 0.3 then latest - latest % ${Math.max(1, Math.round(many / 2500))}
        else latest + floor(ln(1 - recency) * ${many / 730})::bigint
      end);`
}

function users(sizes: WorldSizes): string {
  const { users: many } = sizes
  const leaves = (salt: number) =>
    `case when n % ${readersOf(sizes).stride} <> 0 and pg_temp.draw(n, ${salt}) < 0.0005 then ${instant(WORLD_ENDS)} end`
  return `
    insert into users (id, username, email, display_name, bio, created_at, email_verified_at, suspended_at, closed_at)
    select n, 'reader_' || n, 'reader_' || n || '@world.invalid',
      (array['Ada','Bo','Cleo','Dara','Eli','Femi','Gus','Hana','Ivo','Juno'])[1 + floor(pg_temp.draw(n, 1) * 10)::int] || ' ' ||
      (array['Ash','Birch','Cedar','Elm','Fir','Hazel','Larch','Maple','Oak','Pine'])[1 + floor(pg_temp.draw(n, 2) * 10)::int],
      ${words('n', 3, '20 + pg_temp.draw(n, 4) * 100')}, ${instant(WORLD_STARTS)}, ${instant(WORLD_STARTS)},
      ${leaves(5)}, ${leaves(6)}
    from generate_series(1, ${many}) n;
    select setval(pg_get_serial_sequence('users', 'id'), ${many});`
}

// Whom somebody follows is drawn in strata of popularity, so that few are drawn twice; who follows thousands is less choosy.
function follows({ users: people, follows: many, followsOfOneMax }: WorldSizes): string {
  const most = Math.min(followsOfOneMax, people - 1)
  return `
    insert into follows (follower_id, following_id, created_at)
    with ordered as (
      select id, row_number() over (order by pg_temp.draw(id, 10)) as place,
        sqrt(-2 * ln(1 - pg_temp.draw(id, 11))) * cos(2 * pi() * pg_temp.draw(id, 12)) as normal
      from users
    ), wishes as (
      select id, place, exp(${FOLLOWS_SIGMA} * normal) as wish from ordered
    ), readers as materialized (
      select id, case when place <= ${HEAVY_READERS} then ${most} / place
        else least(${most} / 2, ceil(wish * ${many * FOLLOWS_SURPLUS} / sum(wish) over ())) end::int as wanted
      from wishes
    ), pairs as (
      select distinct id as follower,
        pg_temp.person(power((j - pg_temp.draw(id::bigint * 16384 + j, 13)) / wanted, ${FOLLOWED_EXPONENT} - ${FOLLOWED_EXPONENT - 1} * wanted / ${most}))
          as following
      from readers cross join lateral generate_series(1, wanted) j
    )
    select follower, following, ${instant(WORLD_STARTS)} + pg_temp.draw(follower::bigint * 16777216 + following, 14) * interval '730 days' as since
    from pairs where follower <> following order by since, follower, following limit ${many};`
}

// Mutes are of people followed. A block ends the follows between the two, so that it lies between strangers here.
function mutesAndBlocks({ users: people, mutes, blocks }: WorldSizes): string {
  return `
    insert into mutes (muter_id, muted_id)
    select follower_id, following_id from follows order by pg_temp.draw(id, 15) limit ${mutes};
    insert into blocks (blocker_id, blocked_id)
    select blocker, blocked from (
      select distinct on (blocker, blocked) n, blocker, blocked from (
        select n, 1 + floor(pg_temp.draw(n, 16) * ${people})::int as blocker, pg_temp.person(pg_temp.draw(n, 17)) as blocked
        from generate_series(1, ${blocks * 2}) n
      ) drawn where blocker <> blocked order by blocker, blocked, n
    ) pairs
    where not exists (select from follows where follower_id = blocker and following_id = blocked)
      and not exists (select from follows where follower_id = blocked and following_id = blocker)
    order by n limit ${blocks};`
}

function posts({ posts: many }: WorldSizes): string {
  const length = 'case when pg_temp.draw(n, 26) < 0.02 then 1500 * pg_temp.draw(n, 27) else 260 * power(pg_temp.draw(n, 27), 2) end + 20'
  return `
    insert into posts (id, author_id, content, media_url, visibility, quoted_post_id, edited_at, hidden_at)
    select pg_temp.post_id(n), pg_temp.person(power(pg_temp.draw(n, 21), ${POSTING_EXPONENT})),
      ${words('n', 25, length)} || ' ' || pg_temp.rare(n, 33) || ' ' || pg_temp.rare(n, 34),
      case when pg_temp.draw(n, 28) < 0.15 then 'https://media.world.invalid/' || n || '.jpg' end,
      case when pg_temp.is_public(n) then 'PUBLIC' else 'FOLLOWERS' end::visibility,
      case when quoted < n and pg_temp.is_public(quoted) then pg_temp.post_id(quoted) end,
      case when pg_temp.draw(n, 29) < 0.01 then ${instant(WORLD_ENDS)} end, case when pg_temp.is_hidden(n) then ${instant(WORLD_ENDS)} end
    from (
      select n, case when pg_temp.draw(n, 30) < 0.03 then pg_temp.told(n, pg_temp.draw(n, 31), pg_temp.draw(n, 32)) end as quoted
      from generate_series(1, ${many}) n
    ) numbered;`
}

function shares({ posts: postsInAll, shares: many }: WorldSizes): string {
  return `
    insert into shares (id, user_id, post_id, message)
    select pg_temp.id_at(pg_temp.moment(n, ${drawnOf(many)}, 40), 2, 0), person, pg_temp.post_id(post),
      case when pg_temp.draw(n, 44) < 0.1 then ${words('n', 45, '10 + pg_temp.draw(n, 46) * 80')} end
    from (${reactions(many, postsInAll, 40, 'pg_temp.is_public(post)')}) drawn order by n;`
}

function likes({ posts: postsInAll, likes: many }: WorldSizes): string {
  return `
    insert into likes (user_id, post_id, created_at)
    select person, pg_temp.post_id(post), to_timestamp(pg_temp.moment(n, ${drawnOf(many)}, 60) / 1000.0)
    from (${reactions(many, postsInAll, 60)}) drawn order by n;`
}

// Seven tenths stand below a post, the rest below one of those, and a few of these below another reply.
function comments({ posts: postsInAll, comments: many }: WorldSizes): string {
  const top = Math.round(many * 0.7)
  const replies = Math.round(many * 0.23)
  // So far before the reply's own place in time that the parent is surely older.
  const below = (count: number, parentsInAll: number, parents: string, counter: number, what: number) => `
    insert into comments (id, post_id, author_id, parent_id, text)
    select pg_temp.id_at(pg_temp.moment(n, ${count}, ${what}), 3, ${counter}), parents.post_id,
      pg_temp.person(power(pg_temp.draw(n, ${what + 1}), ${REACTING_EXPONENT})), parents.id, ${words('n', what + 2, `5 + pg_temp.draw(n, ${what + 3}) * 150`)}
    from generate_series(1, ${count}) n
    join (select id, post_id, row_number() over (order by id) as place from comments where ${parents}) parents
      on parents.place = greatest(1, floor((n - 1)::float8 * ${parentsInAll} / ${count} - ${2 * Math.ceil(Math.sqrt(parentsInAll))} - 40 * pg_temp.draw(n, ${what + 4}))::bigint)
    order by n;`
  return `
    insert into comments (id, post_id, author_id, text)
    select pg_temp.id_at(pg_temp.moment(n, ${drawnOf(top)}, 50), 3, 0), pg_temp.post_id(post), person, ${words('n', 55, '5 + pg_temp.draw(n, 56) * 250')}
    from (${reactions(top, postsInAll, 50)}) drawn order by n;
    ${below(replies, top, 'parent_id is null', 1, 70)}
    ${below(many - top - replies, replies, 'parent_id is not null', 2, 80)}`
}

/** `many` pairs of who reacts and to which post, each once and evenly over the two years, numbered by time among `drawnOf(many)`. */
function reactions(many: number, postsInAll: number, what: number, condition = 'true'): string {
  const drawn = drawnOf(many)
  return `
    select n, person, post from (
      select distinct on (person, post) n, person, post from (
        select n, pg_temp.person(power(pg_temp.draw(n, ${what + 1}), ${REACTING_EXPONENT})) as person,
          pg_temp.told(ceil((n - 1)::float8 * ${postsInAll} / ${drawn})::bigint, pg_temp.draw(n, ${what + 2}), pg_temp.draw(n, ${what + 3})) as post
        from generate_series(1, ${drawn}) n
      ) numbered where not pg_temp.is_hidden(post) and ${condition} order by person, post, n
    ) pairs order by pg_temp.draw(n, ${what + 4}) limit ${many}`
}

function drawnOf(many: number): number {
  return Math.round(many * SURPLUS)
}

/** An SQL expression for words of about `length` characters. */
function words(n: string, what: number, length: string): string {
  return `substr('${WORDS}', 1 + floor(pg_temp.draw(${n}, ${what}) * ${WORDS.length / 2})::int, (${length})::int)`
}

const SYLLABLES = 'ba be bo da di du ka ke ki la li lu ma mo na ni ra ro sa tu'
  .split(' ')
  .map((each) => `'${each}'`)
  .join()
const VOCABULARY =
  'the river was high after rain and we walked along it for an hour talking of boats bread old radios a film nobody had seen whether plants ' +
  'remember what to cook tonight how light falls in november my sister called about the garden gate new music from a small label good coffee ' +
  'train late again found this map in a drawer look at those clouds first snow on the hill finished the book at last who else is awake'
const WORDS = Array.from({ length: 8 }, (_, turn) => VOCABULARY.split(' ').sort(byTurn(turn)).join(' '))
  .join(' ')
  .slice(0, 3600)

/** Another order of the same words for each turn, always the same one. */
function byTurn(turn: number): (one: string, other: string) => number {
  const key = (word: string) => [...word].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0) + turn * 7) % 9973, turn)
  return (one, other) => key(one) - key(other)
}

function instant(milliseconds: number): string {
  return `timestamptz '${new Date(milliseconds).toISOString()}'`
}

/** A number without a common divisor with `many`, near its golden section: stepping by it visits everybody once, neighbours far apart. */
function coprimeOf(many: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  let step = Math.max(1, Math.round(many * 0.618))
  while (divisor(step, many) !== 1) step += 1
  return step
}
