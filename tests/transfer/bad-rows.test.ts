import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { expectExactCounts } from '../counts/audit-counts.ts'
import { badRows, contentsOf, idAt, layOut, runImport, summaryOf } from './run-transfer.ts'

const DAY = '2021-05-01T12:00:00.000Z'
const [POST, FOLLOWERS_POST, OTHER_POST] = [idAt(1, DAY), idAt(1, DAY, 1), idAt(1, DAY, 2)]
const [COMMENT, OTHER_COMMENT] = [idAt(3, DAY), idAt(3, DAY, 1)]
const SHARE = idAt(2, DAY)
const FUTURE = '2999-01-01T00:00:00Z'
const UNKNOWN_POST = idAt(1, '2020-01-01T00:00:00Z')

/** A folder in which every row is right, and stands from line 2 on. */
const GOOD: Record<string, string[]> = {
  'users.csv': [
    'id,username,email',
    '11,alice,alice@mail.test',
    '12,bob,bob@mail.test',
    '13,carol,carol@mail.test',
    '14,dan,dan@mail.test',
  ],
  'blocks.csv': ['blocker_id,blocked_id', '14,13'],
  'follows.csv': ['follower_id,following_id', '11,12'],
  'mutes.csv': ['muter_id,muted_id', '12,13'],
  'posts.csv': [
    'id,author_id,content,media_url,visibility,quoted_post_id,created_at,edited_at',
    `${POST},11,a post,,PUBLIC,,${DAY},`,
    `${FOLLOWERS_POST},11,for followers,,FOLLOWERS,,,`,
    `${OTHER_POST},12,a quote,,PUBLIC,${POST},,`,
  ],
  'post_edits.csv': ['post_id,content,media_url,replaced_at', `${POST},before,,2021-05-02T00:00:00Z`],
  'comments.csv': [
    'id,post_id,author_id,parent_id,text',
    `${COMMENT},${POST},12,,a comment`,
    `${OTHER_COMMENT},${POST},11,${COMMENT},a reply`,
  ],
  'likes.csv': ['user_id,post_id', `12,${POST}`],
  'comment_likes.csv': ['user_id,comment_id', `11,${COMMENT}`],
  'shares.csv': ['id,user_id,post_id,message', `${SHARE},12,${POST},look`],
  'reports.csv': ['reporter_id,post_id,comment_id,user_id,reason,created_at', `11,,,14,rude,${DAY}`],
}

/** A folder in which some rows follow the good ones of their files. A lone surrogate stands for a byte that is not UTF-8. */
function layOutWith(rows: Record<string, readonly string[]>): Promise<string> {
  const files = Object.entries(GOOD).map(([file, lines]) => [file, `${[...lines, ...(rows[file] ?? [])].join('\n')}\n`] as const)
  return layOut(Object.fromEntries(files.map(([file, text]) => [file, encode(text)])))
}

function encode(text: string): Buffer {
  return Buffer.concat(
    text.split('\udcff').flatMap((part, index) => (index === 0 ? [Buffer.from(part)] : [Buffer.of(0xff), Buffer.from(part)])),
  )
}

/** The line of the first row that follows the good ones. */
const lineOf = (file: string) => (GOOD[file] ?? []).length + 1

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus()
  await nexus.sql(`insert into users (username, email) values ('zoe', 'zoe@mail.test')`)
})
afterAll(() => nexus.close())

type Case = [name: string, row: string, sentence: RegExp | string]

const CASES: Record<string, Case[]> = {
  'users.csv': [
    ['a row with a column too few', '15,erin', 'the row has 2 columns, and the header 3.'],
    ['a row with a column too many', '15,erin,erin@mail.test,x', 'the row has 4 columns, and the header 3.'],
    ['an id that is no number', 'x,erin,erin@mail.test', /^id must be a number from 1 to/],
    ['an id that is no int', '2147483648,erin,erin@mail.test', /^id must be a number from 1 to/],
    ['a username that breaks the rules', '15,er in,erin@mail.test', /^username must have 3 to 30/],
    ['a username with a NUL byte', '15,er\0in,erin@mail.test', /^username must have 3 to 30/],
    ['an address without an @', '15,erin,erin', /^email must be an address/],
    ['an id twice', '11,erin,erin@mail.test', 'user 11 stands on line 2 already.'],
    ['a username twice, in another case', '15,ALICE,erin@mail.test', 'the username ALICE stands on line 2 already.'],
    ['an address twice, in another case', '15,erin,Alice@mail.test', 'the email Alice@mail.test stands on line 2 already.'],
    ['a username that somebody has', '15,Zoe,erin@mail.test', 'the username Zoe is taken by somebody else.'],
    ['an address that somebody has', '15,erin,ZOE@mail.test', 'the email ZOE@mail.test is taken by somebody else.'],
    ['an id that is somebody else', '1,erin,erin@mail.test', 'user 1 is there already, with other words.'],
  ],
  'follows.csv': [
    ['a follow of oneself', '11,11', 'follower_id and following_id are the same user.'],
    ['a follow of nobody', '11,99', 'there is no user 99.'],
    ["nobody's follow", '99,11', 'there is no user 99.'],
    ['a follow twice', '11,12', 'that 11 follows 12 stands on line 2 already.'],
    ['a follow across a block', '13,14', 'one of the two has blocked the other.'],
    ['a follow the other way across a block', '14,13', 'one of the two has blocked the other.'],
  ],
  'blocks.csv': [
    ['a block of nobody', '11,99', 'there is no user 99.'],
    ['a block of oneself', '11,11', 'blocker_id and blocked_id are the same user.'],
  ],
  'mutes.csv': [['a mute twice', '12,13', 'that 12 mutes 13 stands on line 2 already.']],
  'posts.csv': [
    ['the id of a comment', `${COMMENT},11,x,,PUBLIC,,,`, 'id is not the id of a post.'],
    ['an id of more than 53 bits', `9007199254740993,11,x,,PUBLIC,,,`, 'id must be a number of at most 53 bits.'],
    ['a negative id', `-5,11,x,,PUBLIC,,,`, 'id must be a number of at most 53 bits.'],
    ['an id from the future', `${idAt(1, '2060-01-01')},11,x,,PUBLIC,,,`, 'id lies in the future.'],
    ['an author who is nobody', `${UNKNOWN_POST},99,x,,PUBLIC,,,`, 'there is no user 99.'],
    ['nothing said', `${UNKNOWN_POST},11,,,PUBLIC,,,`, /^content must have 1 to 5000/],
    ['white space alone', `${UNKNOWN_POST},11,"  ",,PUBLIC,,,`, 'content must not be white space alone.'],
    ['5,001 characters', `${UNKNOWN_POST},11,${'x'.repeat(5001)},,PUBLIC,,,`, /^content must have 1 to 5000/],
    ['a control character', `${UNKNOWN_POST},11,a\x07b,,PUBLIC,,,`, 'content contains control characters.'],
    ['a NUL byte', `${UNKNOWN_POST},11,a\0b,,PUBLIC,,,`, 'content contains control characters.'],
    ['a URL that runs code', `${UNKNOWN_POST},11,x,javascript:alert(1),PUBLIC,,,`, /^mediaUrl must be an http or https URL/],
    ['a visibility of its own', `${UNKNOWN_POST},11,x,,SECRET,,,`, 'visibility must be one of PUBLIC, FOLLOWERS.'],
    [
      'a time that is not in the id',
      `${UNKNOWN_POST},11,x,,PUBLIC,,${DAY},`,
      /^created_at is not the instant in the id, which is 2020-01-01T/,
    ],
    ['a day that does not exist', `${UNKNOWN_POST},11,x,,PUBLIC,,,2021-02-30T00:00:00Z`, /^edited_at must be an instant in UTC/],
    ['an instant in the future', `${UNKNOWN_POST},11,x,,PUBLIC,,,${FUTURE}`, 'edited_at lies in the future.'],
    ['an instant before 2000', `${UNKNOWN_POST},11,x,,PUBLIC,,,1999-12-31T23:59:59Z`, 'edited_at lies before the year 2000.'],
    [
      'a quote of nothing',
      `${UNKNOWN_POST},11,x,,PUBLIC,${idAt(1, '2019-01-01')},,`,
      `there is no post ${idAt(1, '2019-01-01')} to quote.`,
    ],
    [
      'a quote of a post that is for followers',
      `${UNKNOWN_POST},11,x,,PUBLIC,${FOLLOWERS_POST},,`,
      `the post ${FOLLOWERS_POST} is not public, and cannot be quoted.`,
    ],
    ['an id twice', `${POST},12,x,,PUBLIC,,,`, `post ${POST} stands on line 2 already.`],
    ['bytes that are not UTF-8', `${UNKNOWN_POST},11,\udcff,,PUBLIC,,,`, 'column 3 is not UTF-8.'],
    ['a quote that is not doubled', `${UNKNOWN_POST},11,"a "b" c",,PUBLIC,,,`, 'a quote inside a quoted field must be doubled.'],
    ['a quote in the middle', `${UNKNOWN_POST},11,a "b" c,,PUBLIC,,,`, 'a field with a quote in it must be quoted as a whole.'],
    ['a quote that is never closed', `${UNKNOWN_POST},11,"a,,PUBLIC,,,`, 'a quote that opens in this row is never closed.'],
    ['a field of 10 MB', `${UNKNOWN_POST},11,${'x'.repeat(10_000_000)},,PUBLIC,,,`, /^the row is longer than 65536 bytes/],
    ['a row of a million columns', `${UNKNOWN_POST}${',y'.repeat(1_000_000)}`, /^the row is longer than 65536 bytes/],
  ],
  'post_edits.csv': [
    ['an edit of nothing', `${UNKNOWN_POST},x,,${DAY}`, `there is no post ${UNKNOWN_POST}.`],
    ['an edit of no time', `${POST},x,,`, /^replaced_at must be an instant/],
  ],
  'comments.csv': [
    ['a comment on nothing', `${idAt(3, DAY, 9)},${UNKNOWN_POST},11,,x`, `there is no post ${UNKNOWN_POST}.`],
    ['a comment that says nothing', `${idAt(3, DAY, 9)},${POST},11,,`, /^text must have 1 to 2000/],
    ['a reply to nothing', `${idAt(3, DAY, 9)},${POST},11,${idAt(3, DAY, 8)},x`, /^what it replies to is no comment of its post/],
    ['a reply under another post', `${idAt(3, DAY, 9)},${OTHER_POST},11,${COMMENT},x`, /^what it replies to is no comment of its post/],
    ['a reply to itself', `${idAt(3, DAY, 9)},${POST},11,${idAt(3, DAY, 9)},x`, /^what it replies to is no comment of its post/],
  ],
  'likes.csv': [
    ['a like of a comment', `11,${COMMENT}`, 'post_id is not the id of a post.'],
    ['a like of nothing', `11,${UNKNOWN_POST}`, `there is no post ${UNKNOWN_POST}.`],
    ['a like twice', `12,${POST}`, `that 12 likes ${POST} stands on line 2 already.`],
  ],
  'comment_likes.csv': [['a like of no comment', `11,${idAt(3, DAY, 9)}`, `there is no comment ${idAt(3, DAY, 9)}.`]],
  'shares.csv': [
    [
      'a share of a post for followers',
      `${idAt(2, DAY, 1)},12,${FOLLOWERS_POST},`,
      `the post ${FOLLOWERS_POST} is not public, and cannot be shared.`,
    ],
    ['a second share of a post', `${idAt(2, DAY, 1)},12,${POST},`, `that 12 shares ${POST} stands on line 2 already.`],
    ['a message of 501 characters', `${idAt(2, DAY, 1)},11,${POST},${'x'.repeat(501)}`, /^message must have 0 to 500/],
  ],
  'reports.csv': [
    ['a report about two things', `11,${POST},,12,rude,${DAY}`, /^a report is about one thing/],
    ['a report without a reason', `11,${POST},,,,${DAY}`, /^reason must have 1 to 1000/],
  ],
}

describe('a bad row is named by file and line, and with --strict it keeps everything out:', () => {
  for (const [file, cases] of Object.entries(CASES)) {
    it.each(cases)(`${file}: %s`, async (_, row, sentence) => {
      const before = await contentsOf(nexus)
      const said = await runImport(nexus, await layOutWith({ [file]: [row] }), { strict: true })
      expect(badRows(said)).toEqual([expect.stringMatching(new RegExp(`^${file}:${lineOf(file)}: `))])
      expectSentence(badRows(said)[0] ?? '', sentence)
      expect(said.code).toBe(1)
      expect(said.out).toContain('Nothing was imported: 1 row is bad')
      expect(await contentsOf(nexus)).toEqual(before)
    })
  }
})

function expectSentence(bad: string, sentence: RegExp | string): void {
  const told = bad.slice(bad.indexOf(': ') + 2)
  if (typeof sentence === 'string') expect(told).toBe(sentence)
  else expect(told).toMatch(sentence)
}

/** Those after which reading does not know for sure where the next row begins. */
const isTorn = ([name]: Case) => /quote that is|quote in the|10 MB|million/.test(name)

it('names all of many bad rows in a file, shows the first twenty, and brings in every good one', async () => {
  const whole = Object.entries(CASES).map(([file, cases]) => [file, cases.filter((one) => !isTorn(one))] as const)
  const folder = await layOutWith(Object.fromEntries(whole.map(([file, cases]) => [file, cases.map(([, row]) => row)])))
  const count = whole.reduce((sum, [, cases]) => sum + cases.length, 0)
  const said = await runImport(nexus, folder)
  expect(badRows(said)).toHaveLength(20)
  expect(said.code).toBe(1)
  expect(said.out).toContain(`${count} rows are bad and were left out.`)

  const [, more, list = ''] = /^and (\d+) more: all of them are in (.+)$/m.exec(said.err) ?? []
  expect(Number(more)).toBe(count - 20)
  const [header, ...listed] = (await readFile(list, 'utf8')).trimEnd().split('\n')
  expect(header).toBe('file,line,sentence')
  const expected = Object.keys(GOOD).flatMap((file) =>
    (CASES[file] ?? []).filter((one) => !isTorn(one)).map((_, index) => `${file},${lineOf(file) + index},`),
  )
  expect(listed.map((line) => line.match(/^\w+\.csv,\d+,/)?.[0])).toEqual(expected)

  for (const [file, lines] of Object.entries(GOOD)) expect(summaryOf(said, file).slice(1, 3), file).toEqual([lines.length - 1, 0])
  await expectExactCounts(nexus)
})

it('goes on after a row whose quotes do not fit, at the line that follows its first', async () => {
  const torn = (CASES['posts.csv'] ?? []).filter(isTorn)
  const good = torn.map((_, index) => `${idAt(1, '2022-01-01', index)},11,"good, and\nof two lines ${index}",,PUBLIC,,,`)
  const rows = torn.filter(([name]) => name !== 'a quote that is never closed').flatMap(([, row], index) => [row, good[index] ?? ''])
  const said = await runImport(
    nexus,
    await layOutWith({ 'posts.csv': [...rows, `${UNKNOWN_POST},11,"never closed,,PUBLIC,,,`, ...good.slice(-1)] }),
  )
  // Each good row takes two lines. What follows the quote that is never closed is read as well.
  const line = lineOf('posts.csv')
  expect(badRows(said).map((row) => Number(row.split(':')[1]))).toEqual([line, line + 3, line + 6, line + 9, line + 12])
  expect(await nexus.sql(`select content from posts where content like 'good%' order by id`)).toEqual(
    torn.map((_, index) => ({ content: `good, and\nof two lines ${index}` })),
  )
})
