import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, promote, startNexus } from '../cast.ts'
import { block, deletePost, mute, readPages, unfollow } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, dan: Person, mallory: Person

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, dan, mallory } = await cast(nexus, 'alice', 'bob', 'carol', 'dan', 'mallory'))
})
afterAll(() => nexus.close())

const FOUND = 'query ($query: String!) { searchPosts(query: $query, first: 100) { edges { node { content } } } }'

async function find(query: string, as?: Person): Promise<string[]> {
  const { searchPosts } = await nexus.ask(FOUND, as?.token, { query })
  return searchPosts.edges.map((edge: { node: { content: string } }) => edge.node.content)
}

describe('words', () => {
  const RIVER = 'The rivers were high, and we walked along them.'
  const DOG = 'A brown dog walks alone'
  const CAFE = 'Un café à la gare, encore fermé'

  beforeAll(async () => {
    for (const content of [RIVER, DOG, CAFE]) await post(nexus, alice, content)
  })

  it.each<[string, string, string[]]>([
    ['a word in another form', 'river', [RIVER]],
    ['another case, without accents', 'CAFE', [CAFE]],
    ['all of several words', 'walking dog', [DOG]],
    ['a stop word that is not there', 'the dog', [DOG]],
    ['what stands in quotes as it stands', '"we walked"', [RIVER]],
    ['in that order alone', '"walked we"', []],
    ['in quotes no other form', '"river"', []],
    ['without a word, in any form', 'walk -dogs', [RIVER]],
    ['without what is in quotes', 'walk -"brown dog"', [RIVER]],
    ['one or the other, the better first', 'dogs or café', [CAFE, DOG]],
    ['a quote that does not end', '"brown dog', [DOG]],
    ['nothing of what is nowhere', 'zebra', []],
    ['nothing of what is unwanted alone', '-dog', []],
    ['stop words alone as they are written', 'the', [RIVER]],
  ])('finds %s: %s', async (_, query, found) => {
    expect((await find(query)).sort()).toEqual(found.toSorted())
  })

  it.each<[string, string[], Record<string, string[]>]>([
    [
      'German',
      ['Die Wände sind schön und hoch', 'Unter der Brücke'],
      { wand: ['Die Wände sind schön und hoch'], BRUCKEN: ['Unter der Brücke'] },
    ],
    [
      'Spanish',
      ['Los niños cantaban en la plaza'],
      { niño: ['Los niños cantaban en la plaza'], cantando: ['Los niños cantaban en la plaza'] },
    ],
    ['Russian', ['Новые книги о Ёлке'], { книга: ['Новые книги о Ёлке'], елка: ['Новые книги о Ёлке'] }],
    ['Greek', ['Τα βιβλία της Ελλάδας'], { βιβλια: ['Τα βιβλία της Ελλάδας'] }],
    ['Arabic', ['قرأت الكِتاب أمس'], { كتاب: ['قرأت الكِتاب أمس'], امس: ['قرأت الكِتاب أمس'] }],
    ['Chinese', ['我昨天去了北京大学', '京北'], { 北京: ['我昨天去了北京大学'], 大学: ['我昨天去了北京大学'] }],
    ['Japanese', ['東京タワーに行きました'], { タワー: ['東京タワーに行きました'], ﾀﾜｰ: ['東京タワーに行きました'] }],
    ['Korean', ['한국어를 배워요'], { 한국어: ['한국어를 배워요'] }],
    ['Thai', ['ฉันรักประเทศไทย'], { ประเทศ: ['ฉันรักประเทศไทย'] }],
    ['emoji', ['done 👍🏽 at last'], { '👍': ['done 👍🏽 at last'] }],
    [
      'tags, names and links',
      ['#Nexus by @some_one at https://example.com/page'],
      { nexus: [], '@some_one': [], '#nexus': [], 'example.com': [] },
    ],
  ])('finds %s', async (_, contents, queries) => {
    for (const content of contents) await post(nexus, carol, content)
    for (const [query, found] of Object.entries(queries))
      expect([query, await find(query)]).toEqual([query, found.length > 0 ? found : contents])
  })

  it('puts what says more of it first, and of alike the newer', async () => {
    for (const content of [
      'a quince among pears plums figs apples and very many other things',
      'quince, quince',
      'older quince',
      'newer quince',
    ])
      await post(nexus, dan, content)
    const found = await find('quince')
    expect(found.at(-1)).toMatch(/^a quince among/)
    expect(found.indexOf('newer quince')).toBeLessThan(found.indexOf('older quince'))
  })
})

describe('who sees what', () => {
  it('shows a post for followers to those alone, and to its author', async () => {
    await post(nexus, bob, 'a secret heron', 'FOLLOWERS')
    await follow(nexus, alice, bob)
    expect(await find('heron', alice)).toEqual(['a secret heron'])
    expect(await find('heron', bob)).toEqual(['a secret heron'])
    for (const other of [undefined, carol]) expect(await find('heron', other)).toEqual([])
    await unfollow(nexus, alice, bob)
    expect(await find('heron', alice)).toEqual([])
  })

  it('tells by no cursor that there is a post that may not be seen', async () => {
    const shown = await post(nexus, bob, 'a wigeon for all')
    await post(nexus, bob, 'a garganey for followers', 'FOLLOWERS')
    const page = 'query ($query: String!) { searchPosts(query: $query) { edges { cursor } pageInfo { hasNextPage endCursor } } }'
    const read = async (query: string) => (await nexus.ask(page, dan.token, { query })).searchPosts
    expect(await read('garganey')).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } })
    await post(nexus, bob, 'words')
    const { edges, pageInfo } = await read('wigeon or garganey')
    const place = (cursor: string) => Buffer.from(cursor, 'base64url').toString().split(':').slice(2)
    const [newest] = await nexus.sql<{ id: string }>('select max(post_id)::text as id from post_words')
    expect([edges.length, ...place(pageInfo.endCursor).slice(0, 3)]).toEqual([1, newest!.id, '0', shown])
  })

  it('shows nothing across a block, either way, and all of a muted author', async () => {
    await post(nexus, mallory, 'an open gannet')
    await post(nexus, carol, 'another gannet')
    await mute(nexus, alice, mallory)
    expect((await find('gannet', alice)).sort()).toEqual(['an open gannet', 'another gannet'])
    await block(nexus, carol, mallory)
    expect(await find('gannet', carol)).toEqual(['another gannet'])
    expect(await find('gannet', mallory)).toEqual(['an open gannet'])
  })

  it('shows what is hidden or of a suspended author to nobody else, not even to an admin', async () => {
    const admin = await nexus.signUp('admin')
    await promote(nexus, admin)
    const hidden = await post(nexus, bob, 'a hidden puffin')
    const banned = await nexus.signUp('banned')
    await post(nexus, banned, 'a banned puffin')
    await nexus.sql('update posts set hidden_at = now() where id = $1', [hidden])
    await nexus.sql('update users set suspended_at = now() where id = $1', [banned.id])
    for (const other of [undefined, alice, admin]) expect(await find('puffin', other)).toEqual([])
    expect(await find('puffin', bob)).toEqual(['a hidden puffin'])
  })

  it('finds what was just written, edited, deleted, as it is now', async () => {
    const id = await post(nexus, alice, 'the first curlew')
    expect(await find('curlew', alice)).toEqual(['the first curlew'])
    await nexus.ask('mutation ($id: ID!) { updatePost(id: $id, content: "a dunlin") { post { id } } }', alice.token, { id })
    expect([await find('curlew'), await find('dunlin')]).toEqual([[], ['a dunlin']])
    await deletePost(nexus, alice, id)
    expect(await find('dunlin')).toEqual([])
  })
})

describe('pages', () => {
  const PAGE =
    'query ($after: String, $first: Int) { page: searchPosts(query: "lapwing", first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }'

  it('go on where they were while others post, edit and delete: no gap, no repeat, across what is ranked together', async () => {
    const ids = (
      await nexus.sql<{ id: number }>(
        `insert into posts (id, author_id, content) select id, $1, 'lapwing ' || repeat('word ', n::int % 9)
         from unnest(new_ids(1, (select array_agg(now() - make_interval(secs => 3 * (1000 - i)) order by i) from generate_series(1, 700) i)))
           with ordinality as made (id, n) returning id`,
        [dan.id],
      )
    ).map(({ id }) => String(id))
    const seen: string[] = []
    const gone: string[] = []
    for (let after: string | null = null, pages = 0; ; pages += 1) {
      const { page } = await nexus.ask(PAGE, carol.token, { after, first: 60 })
      seen.push(...page.edges.map((edge: { node: { id: string } }) => edge.node.id))
      if (!page.pageInfo.hasNextPage) break
      after = page.pageInfo.endCursor
      await post(nexus, bob, `lapwing number ${pages}`)
      const victim = ids.find((id) => !seen.includes(id) && !gone.includes(id))
      if (victim) {
        gone.push(victim)
        await nexus.sql('delete from posts where id = $1', [victim])
      }
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.toSorted()).toEqual(ids.filter((id) => !gone.includes(id)).toSorted())
  })

  it('reads backwards from no cursor, and refuses one of another list or another search', async () => {
    const { page } = await nexus.ask(PAGE, undefined, { first: 1 })
    const other = Buffer.from('public-feed:5').toString('base64url')
    for (const after of [other, 'nonsense', '', `${page.pageInfo.endCursor}1`.slice(0, 20)]) {
      const { errors } = await nexus.gql(PAGE, { variables: { after } })
      expect([errors?.[0].extensions.code, errors?.[0].extensions.field]).toEqual(['BAD_USER_INPUT', 'after'])
    }
    const forged = (...numbers: unknown[]) => {
      const [list, mark] = Buffer.from(page.pageInfo.endCursor, 'base64url').toString().split(':')
      return Buffer.from([list, mark, ...numbers].join(':')).toString('base64url')
    }
    for (const numbers of [
      ['1.5', 0, 0, 0],
      [1, -1, 0, 0],
      [1, 1, '2.5', 0],
      [1, 1, 1, '9'.repeat(400)],
    ])
      expect(await nexus.refusal(PAGE, undefined, { after: forged(...numbers) })).toBe('BAD_USER_INPUT')
    const search = 'query ($after: String) { searchPosts(query: "gannet", after: $after) { edges { cursor } } }'
    expect(await nexus.refusal(search, undefined, { after: page.pageInfo.endCursor })).toBe('BAD_USER_INPUT')
  })
})

describe('input', () => {
  it.each(['searchPosts', 'searchUsers'])('%s takes 1 to 200 characters, and first 1 to 100', async (field) => {
    const ask = (query: string, first = 20) =>
      nexus.gql(`query ($query: String!, $first: Int) { ${field}(query: $query, first: $first) { edges { cursor } } }`, {
        variables: { query, first },
      })
    for (const query of ['', '   ', 'x'.repeat(201), 'a\u0000b', '\ud800']) {
      const { errors } = await ask(query)
      expect([query, errors?.[0].extensions.code, errors?.[0].extensions.field]).toEqual([query, 'BAD_USER_INPUT', 'query'])
    }
    for (const first of [0, 101]) expect((await ask('x', first)).errors?.[0].extensions.field).toBe('first')
  })

  const WEIRD = [
    ...[
      "'; drop table posts; --",
      "' | 'x':*",
      'a <-> b & !c | (d',
      "\\' \\\\ '''",
      '%_%',
      ':*',
      '@20/811',
      'en/walk',
      'n/alice',
      '!',
      '--',
      '"',
      '""',
    ],
    ...[
      '"" ""',
      '- or -',
      'or or or',
      '-"',
      '""-""',
      'a-b',
      '<b>x</b>',
      '🙂'.repeat(200),
      '北'.repeat(200),
      '!'.repeat(200),
      '"'.repeat(200),
      '-'.repeat(200),
    ],
    ...[
      'or '.repeat(66),
      'a '.repeat(100),
      '-a '.repeat(66),
      '"a b" '.repeat(33),
      'a.b'.repeat(66),
      'x'.repeat(200),
      'İıſßﬁ',
      '\u202e\u2066x',
      'a\tb\nc',
    ],
  ]

  it('answers whatever is written, and nothing of what is not there', async () => {
    for (const query of WEIRD) {
      const { errors, data } = await nexus.gql(
        `query ($query: String!) { searchPosts(query: $query) { edges { node { id } highlights { text } } } searchUsers(query: $query) { edges { node { id } } } }`,
        { variables: { query } },
      )
      expect([query, errors]).toEqual([query, undefined])
      if (/^[@':!%"-]+$|^en\/|^@20/.test(query)) expect([query, data.searchPosts.edges]).toEqual([query, []])
    }
  })
})

describe('highlights', () => {
  async function highlights(query: string) {
    const { searchPosts } = await nexus.ask(
      'query ($query: String!) { searchPosts(query: $query) { edges { node { content } highlights { text offset matches { start end } } } } }',
      undefined,
      { query },
    )
    expect(searchPosts.edges).toHaveLength(1)
    const [{ node, highlights: pieces }] = searchPosts.edges
    for (const { text, offset } of pieces) expect([...node.content].slice(offset, offset + [...text].length).join('')).toBe(text)
    type Piece = { text: string; matches: { start: number; end: number }[] }
    return pieces.map(({ text, matches }: Piece) => ({
      text,
      words: matches.map(({ start, end }) => [...text].slice(start, end).join('')),
    }))
  }

  it('say where the words stand, in code points, as plain text', async () => {
    await post(nexus, alice, '🙂🙂 <b>Kestrels</b> & a kestrel’s nest')
    expect(await highlights('kestrel nest')).toEqual([
      { text: '🙂🙂 <b>Kestrels</b> & a kestrel’s nest', words: ['Kestrels', 'kestrel', 'nest'] },
    ])
    expect((await highlights('"a kestrel"'))[0].words).toEqual(['a kestrel'])
  })

  it('cut up to three pieces out of a long text, and mark a word within Chinese', async () => {
    await post(nexus, alice, `${'filler '.repeat(100)}osprey ${'filler '.repeat(100)}ospreys ${'more '.repeat(200)}Osprey`)
    const pieces = await highlights('osprey')
    expect(pieces.map(({ words }: { words: string[] }) => words)).toEqual([['osprey'], ['ospreys'], ['Osprey']])
    for (const { text } of pieces) expect(text.length).toBeLessThanOrEqual(160)
    await post(nexus, alice, '他们在上海博物馆')
    expect(await highlights('上海')).toEqual([{ text: '他们在上海博物馆', words: ['上海'] }])
  })

  it('are empty in other lists', async () => {
    const { publicFeed } = await nexus.ask('{ publicFeed(first: 1) { edges { highlights { text } } } }')
    expect(publicFeed.edges).toEqual([{ highlights: [] }])
  })
})

describe('people', () => {
  async function findPeople(query: string, as?: Person): Promise<string[]> {
    const { searchUsers } = await nexus.ask(
      'query ($query: String!) { searchUsers(query: $query, first: 100) { edges { node { username } } } }',
      as?.token,
      { query },
    )
    return searchUsers.edges.map((edge: { node: { username: string } }) => edge.node.username)
  }
  const update = (person: Person, change: object) =>
    nexus.ask(
      'mutation ($username: String, $displayName: String, $bio: String) { updateUser(username: $username, displayName: $displayName, bio: $bio) { user { id } } }',
      person.token,
      change as Record<string, unknown>,
    )
  let people: Record<'petra' | 'petra_2' | 'petronella' | 'gustav' | 'zoe', Person>

  beforeAll(async () => {
    people = await cast(nexus, 'petra', 'petra_2', 'petronella', 'gustav', 'zoe')
    await update(people.gustav, { displayName: 'Petra Böhm', bio: 'Walks by rivers' })
    await update(people.zoe, { displayName: '山田太郎', bio: 'Plays the theremin, dislikes Petra' })
  })

  it('finds the exact username first, then what begins so, by display name, nearly so, then by bio', async () => {
    expect(await findPeople('petra')).toEqual(['petra', 'petra_2', 'gustav', 'zoe'])
    expect(await findPeople('@PETRA')).toEqual(['petra', 'petra_2', 'gustav', 'zoe'])
    expect(await findPeople('petr')).toEqual(['petra', 'petra_2', 'petronella', 'gustav'])
    expect(await findPeople('bohm')).toEqual(['gustav'])
    expect(await findPeople('petra bohm')).toEqual(['gustav'])
  })

  it('forgives a letter that is wrong, missing, too many, or in the wrong place', async () => {
    for (const query of ['petronela', 'petronnella', 'petromella', 'petroenlla'])
      expect([query, await findPeople(query)]).toEqual([query, ['petronella']])
  })

  it('finds by a word of the bio in another form, and a name without spaces', async () => {
    expect(await findPeople('river walking')).toEqual(['gustav'])
    expect(await findPeople('太郎')).toEqual(['zoe'])
  })

  it('puts those whom the viewer follows before others of their kind', async () => {
    await follow(nexus, alice, people.petronella)
    await follow(nexus, alice, people.gustav)
    expect(await findPeople('petr', alice)).toEqual(['petronella', 'gustav', 'petra', 'petra_2'])
    expect((await findPeople('petra', alice))[0]).toBe('petra')
  })

  it('finds a new name at once and no longer the old one, a blocked one as before, and nobody who is suspended or gone', async () => {
    await update(people.zoe, { username: 'zora', displayName: null, bio: null })
    expect([await findPeople('zora'), await findPeople('太郎'), await findPeople('theremin')]).toEqual([['zora'], [], []])
    await block(nexus, people.zoe, alice)
    expect(await findPeople('zora', alice)).toEqual(['zora'])
    await nexus.sql('update users set suspended_at = now() where id = $1', [people.zoe.id])
    expect(await findPeople('zora')).toEqual([])
    await nexus.ask('mutation ($password: String!) { deleteUser(password: $password) }', people.petronella.token, {
      password: 'correct horse',
    })
    expect(await findPeople('petronella')).toEqual([])
  })

  it('pages through all of them, once each, and refuses the cursor of another search', async () => {
    await nexus.sql(`insert into users (username, email) select 'warbler_' || i, 'w' || i || '@mail.test' from generate_series(1, 30) i`)
    const query =
      'query ($after: String) { page: searchUsers(query: "warbler", first: 7, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }'
    const pages = await readPages(async (after) => (await nexus.ask(query, undefined, { after })).page)
    const ids = pages.flatMap((page) => page.edges.map((edge: { node: { id: string } }) => edge.node.id))
    expect([ids.length, new Set(ids).size]).toEqual([30, 30])
    const { page } = await nexus.ask(query, undefined, {})
    const other = 'query ($after: String) { searchUsers(query: "petra", after: $after) { edges { cursor } } }'
    expect(await nexus.refusal(other, undefined, { after: page.pageInfo.endCursor })).toBe('BAD_USER_INPUT')
  })
})

it('finds who and what was there before search was, when its jobs are done', async () => {
  const elder = await nexus.signUp('elder')
  await nexus.sql(`insert into posts (author_id, content) select $1, 'an old bittern ' || n from generate_series(1, 450) n`, [elder.id])
  await nexus.sql('delete from post_words')
  await nexus.sql('delete from user_words')
  expect(await find('bittern')).toEqual([])
  for (const table of ['posts', 'users'])
    await nexus.sql(
      `insert into jobs (name, lane, payload) select 'search.index-older-${table}', 'bulk', jsonb_build_object('below', max(id) + 1) from ${table}`,
    )
  await nexus.settle()
  expect(await find('"bittern 7" or "bittern 450"')).toEqual(['an old bittern 450', 'an old bittern 7'])
  const { searchUsers } = await nexus.ask('{ searchUsers(query: "elder") { edges { node { username } } } }')
  expect(searchUsers.edges).toEqual([{ node: { username: 'elder' } }])
})
