import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ENTITIES_MAX, findEntities } from '../../src/domain/input/find-entities.ts'
import { acceptTag, normaliseTag } from '../../src/domain/input/tag-rules.ts'

/** What is found, each with its sign: #tag, @name, a URL. */
function found(text: string): string[] {
  const signs = { tag: '#', mention: '@', link: '' }
  return findEntities(text).map(({ kind, value }) => signs[kind] + value)
}

describe('tags', () => {
  it.each([
    ['I like #cats and #Dogs2!', '#cats #Dogs2'],
    ['#first (#inside) «#quoted» #last.', '#first #inside #quoted #last'],
    ['#日本語 ＃全角 #Привет #مرحبا #नमस्ते #Čeština #한국어', '#日本語 #全角 #Привет #مرحبا #नमस्ते #Čeština #한국어'],
    ['#می\u200Cخواهم #col·lecció #スター・ウォーズ', '#می\u200Cخواهم #col·lecció #スター・ウォーズ'],
    ['#2026 is a year, #2026goals are not, #_ and #__1 are nothing, #_private is', '#2026goals #_private'],
    ['no C# and no a#b, no word#word, no &#x27; and no /#path or ?a=#b', ''],
    ['#one#two: the second hangs on a word', '#one'],
    ['keycaps #️⃣ are emoji, ❤️#love is not', '#love'],
    ['#under_score #hyphen-ated #dotted.word', '#under_score #hyphen #dotted'],
    ["#it's and ##twice", '#it #twice'],
    [`#${'x'.repeat(100)} fits, #${'x'.repeat(101)} does not, #${'ﷺ'.repeat(6)} is longer than it looks`, `#${'x'.repeat(100)}`],
  ])('%s', (text, tags) => expect(found(text).join(' ')).toBe(tags))

  it('are the same in every case and width, and with ß written out', () => {
    for (const tags of [
      ['Straße', 'STRASSE', 'strasse'],
      ['ＣＡＴＳ', 'cats', 'Cats'],
      ['ΟΔΟΣ', 'οδος', 'οδοσ'],
      ['ﬁsh', 'FISH'],
      ['Café', 'cafe\u0301'],
    ])
      expect([tags[0], new Set(tags.map(normaliseTag)).size]).toEqual([tags[0], 1])
    expect(normaliseTag('cafe')).not.toBe(normaliseTag('café'))
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => normaliseTag(normaliseTag(text)) === normaliseTag(text)))
  })

  it('are asked for with or without #, within 1 to 100 characters', () => {
    for (const tag of ['Cats', '#cats', '＃CATS']) expect(acceptTag(tag)).toBe('cats')
    for (const tag of ['', '#', 'x'.repeat(101), 'a\0b', ' ', 'ﷺ'.repeat(6)]) expect(() => acceptTag(tag)).toThrow(/^tag /)
  })
})

describe('mentions', () => {
  it.each([
    ['hello @alice, @bob_2 and @c.d.e.', '@alice @bob_2 @c.d.e'],
    ['.@alice (@bob) "@carol" -@dan… ＠eve @frank!', '@alice @bob @carol @dan @eve @frank'],
    ['@alice... and @bobさん', '@alice @bob'],
    ['mail alice@mail.com, a+b@mail.com, first.last@mail.com or <bob@mail.com>', ''],
    ['a word@word, слово@bob, 日本@bob, 7@bob', ''],
    ['@alice@mastodon.social and @a_b@host is elsewhere, @@alice is nothing', ''],
    ['@ab is short, @.dots at the start, @éric, @ericé and @eric://x are no usernames', ''],
    [`@${'x'.repeat(30)} fits, @${'x'.repeat(31)} does not`, `@${'x'.repeat(30)}`],
    ['@_x_ and @123 may be usernames, @alice-smith is one and a word', '@_x_ @123 @alice'],
  ])('%s', (text, mentions) => expect(found(text).join(' ')).toBe(mentions))
})

describe('links', () => {
  it.each([
    ['see https://example.com/a?b=c#d, or http://localhost:3000.', 'https://example.com/a?b=c#d http://localhost:3000'],
    [
      '(https://en.wikipedia.org/wiki/Set_(mathematics)) and https://a.b/(c',
      'https://en.wikipedia.org/wiki/Set_(mathematics) https://a.b/',
    ],
    [
      'HTTPS://EXAMPLE.COM/X! "https://a.b/c" <https://a.b/d> https://例え.jp/パス。次',
      'HTTPS://EXAMPLE.COM/X https://a.b/c https://a.b/d https://例え.jp/パス',
    ],
    ['https://a.b/@alice/#tag and @bob', 'https://a.b/@alice/#tag @bob'],
    ['#https://a.b and @https://a.b', 'https://a.b https://a.b'],
    ['example.com, www.example.com, ftp://a.b, mailto:a@b.c, //a.b and javascript:alert(1) stay plain', ''],
    ['https://alice@evil.example and https://alice:secret@evil.example/#tag lead elsewhere', ''],
  ])('%s', (text, links) => expect(found(text).join(' ')).toBe(links))

  it('are at most 2,000 characters long, as everywhere', () => {
    for (const [length, links] of [
      [2000, 1],
      [2001, 0],
      [5000, 0],
    ] as const)
      expect(findEntities('https://a.b/'.padEnd(length, 'x'))).toHaveLength(links)
  })
})

describe('whatever the text', () => {
  const pieces = [
    '#',
    '＃',
    '@',
    '(',
    ')',
    '.',
    'a',
    'é',
    '日',
    '😀',
    '_',
    '1',
    ' ',
    '/',
    ':',
    '&',
    'https://',
    'http://a.b/',
    '\u200D',
    '\uFE0F',
    '@bob',
    '#tag',
  ]

  it('offsets count code points, stand in order, do not overlap, and bound what is found', () => {
    const [tag, mention, link] = findEntities('👩‍👩‍👧 #cats 😀@alice 𝒳 https://a.b/😀')
    expect([tag, mention, link]).toEqual([
      { kind: 'tag', start: 6, end: 11, value: 'cats' },
      { kind: 'mention', start: 13, end: 19, value: 'alice' },
      { kind: 'link', start: 22, end: 35, value: 'https://a.b/😀' },
    ])
    const texts = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((each) => each.join('')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const points = [...text]
        let reached = 0
        for (const { kind, start, end, value } of findEntities(text)) {
          const words = points.slice(start, end).join('')
          expect(start).toBeGreaterThanOrEqual(reached)
          expect(kind === 'link' ? words : words.slice(1)).toBe(value)
          reached = end
        }
      }),
    )
  })

  it('so many of each kind are found, and the rest is plain text', () => {
    const many = (one: string) => `${one} `.repeat(60)
    expect(findEntities(many('#tag'))).toHaveLength(ENTITIES_MAX.tag)
    expect(findEntities(many('@alice'))).toHaveLength(ENTITIES_MAX.mention)
    expect(findEntities(many('https://a.b'))).toHaveLength(ENTITIES_MAX.link)
  })

  it('the time does not grow with the square of the length', () => {
    const hostile = [
      ...pieces,
      '#a',
      '@a.',
      '#·a',
      '@alice@',
      'https://a.b/(',
      'https://a:',
      'http://a.',
      "http://a/'",
      '#a·',
      '[(',
      '. ',
      'ﷺ#',
    ]
    for (const piece of hostile) {
      const timeOf = (length: number) => {
        const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
        const times = [1, 2, 3].map(() => {
          const began = performance.now()
          findEntities(text)
          return performance.now() - began
        })
        return Math.min(...times)
      }
      // At the longest post a millisecond or so; what grows with the square would take seconds at a hundred times that.
      expect([piece, timeOf(500_000) < 100 * Math.max(timeOf(5000), 10)]).toEqual([piece, true])
    }
  })
})
