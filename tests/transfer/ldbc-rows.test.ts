import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { badRows, layOut, runImport, summaryOf } from './run-transfer.ts'

const MS = Date.parse('2012-06-01T12:00:00.123Z')
const HEADERS: Record<string, string> = {
  'person_0_0.csv': 'id|firstName|lastName|gender|birthday|creationDate|locationIP|browserUsed|language|email',
  'person_knows_person_0_0.csv': 'Person.id|Person.id|creationDate',
  'post_0_0.csv': 'id|imageFile|creationDate|locationIP|browserUsed|language|content|length',
  'post_hasCreator_person_0_0.csv': 'Post.id|Person.id',
  'comment_0_0.csv': 'id|creationDate|locationIP|browserUsed|content|length',
  'comment_hasCreator_person_0_0.csv': 'Comment.id|Person.id',
  'comment_replyOf_post_0_0.csv': 'Comment.id|Post.id',
  'comment_replyOf_comment_0_0.csv': 'Comment.id|Comment.id',
  'person_likes_post_0_0.csv': 'Person.id|Post.id|creationDate',
  'person_likes_comment_0_0.csv': 'Person.id|Comment.id|creationDate',
}

const person = (id: number | string, first = 'Ann', ms: number | string = MS) =>
  `${id}|${first}|Lee|female|0|${ms}|1.1.1.1|Firefox|en|real@address.test`
const wrote = (id: number | string, content: string, image = '', ms: number | string = MS) =>
  `${id}|${image}|${ms}|1.1.1.1|Firefox|en|${content}|1`
const said = (id: number, content: string) => `${id}|${MS}|1.1.1.1|Firefox|${content}|1`

let nexus: Nexus
beforeEach(async () => {
  nexus = await startNexus()
})
afterEach(() => nexus.close())

async function importLdbc(files: Record<string, string[]>) {
  const texts = Object.entries(files).map(([file, rows]) => [file, [HEADERS[file], ...rows, ''].join('\n')])
  return runImport(nexus, await layOut(Object.fromEntries(texts)), { format: 'ldbc-snb' })
}

it('names each bad row by its file and line, and the good ones come in', async () => {
  const report = await importLdbc({
    'person_0_0.csv': [
      person(1),
      person(2),
      person(1),
      person('x'),
      person(3, 'x'.repeat(60)),
      person(4, 'Future', 4_102_444_800_000),
      '5|few',
      person(6),
    ],
    'person_knows_person_0_0.csv': [`1|2|${MS}`, `2|1|${MS}`, `1|1|${MS}`, `1|99|${MS}`, '1|6|soon'],
    'post_0_0.csv': [
      wrote(10, 'words'),
      wrote(11, '', 'a photo.jpg'),
      wrote(12, ''),
      wrote(13, 'by nobody'),
      wrote(14, 'by a stranger'),
      wrote(10, 'again'),
    ],
    'post_hasCreator_person_0_0.csv': ['10|1', '11|2', '12|1', '14|99', '77|1', '10|2'],
    'comment_0_0.csv': [
      said(20, 'reply'),
      said(21, 'top'),
      said(22, 'lost'),
      said(23, 'circle'),
      said(24, 'circle'),
      said(25, 'under what is lost'),
    ],
    'comment_hasCreator_person_0_0.csv': ['20|1', '21|2', '22|1', '23|1', '24|1', '25|1'],
    'comment_replyOf_post_0_0.csv': ['21|10', '22|12'],
    'comment_replyOf_comment_0_0.csv': ['20|21', '23|24', '24|23', '25|22'],
    'person_likes_post_0_0.csv': [`1|10|${MS}`, `1|10|${MS}`, `99|10|${MS}`, `1|12|${MS}`],
    'person_likes_comment_0_0.csv': [`2|20|${MS}`, `2|22|${MS}`],
  })
  const listed = await listedRows(report.err)
  expect(listed).toEqual([
    'person_0_0.csv:4: person 1 stands on line 2 already.',
    'person_0_0.csv:5: id must be a number of at most 20 digits.',
    'person_0_0.csv:6: displayName must have 1 to 50 characters.',
    'person_0_0.csv:7: creationDate lies in the future.',
    'person_0_0.csv:8: the row has 2 columns, and the header 10.',
    'person_knows_person_0_0.csv:3: that 2 and 1 know each other stands on line 2 already.',
    'person_knows_person_0_0.csv:4: a person cannot know themself.',
    'person_knows_person_0_0.csv:5: there is no person 99.',
    'person_knows_person_0_0.csv:6: creationDate must be a number of milliseconds since 1970.',
    'post_0_0.csv:4: content must have 1 to 5000 characters.',
    'post_0_0.csv:5: post 13 has no creator.',
    'post_0_0.csv:6: post 14 has no creator.',
    'post_0_0.csv:7: post 10 stands on line 2 already.',
    'post_hasCreator_person_0_0.csv:4: there is no post 12.',
    'post_hasCreator_person_0_0.csv:5: there is no person 99.',
    'post_hasCreator_person_0_0.csv:6: there is no post 77.',
    'post_hasCreator_person_0_0.csv:7: the creator of post 10 stands on line 2 already.',
    'comment_0_0.csv:4: comment 22 is in no thread that leads to a post.',
    'comment_0_0.csv:5: comment 23 is in no thread that leads to a post.',
    'comment_0_0.csv:6: comment 24 is in no thread that leads to a post.',
    'comment_0_0.csv:7: comment 25 is in no thread that leads to a post.',
    'comment_replyOf_post_0_0.csv:3: there is no post 12.',
    'person_likes_post_0_0.csv:3: that 1 likes 10 stands on line 2 already.',
    'person_likes_post_0_0.csv:4: there is no person 99.',
    'person_likes_post_0_0.csv:5: there is no post 12.',
    'person_likes_comment_0_0.csv:3: there is no comment 22.',
  ])
  expect(summaryOf(report, 'person_0_0.csv')).toEqual([8, 3, 0, 5])
  expect(summaryOf(report, 'post_0_0.csv')).toEqual([6, 2, 0, 4])
  const comments = await nexus.sql(
    'select c.text, p.text as parent from comments c left join comments p on p.id = c.parent_id order by c.text',
  )
  expect(comments).toEqual([
    { text: 'reply', parent: 'top' },
    { text: 'top', parent: null },
  ])
})

/** All the bad rows: those that were printed, or the file that holds more. */
async function listedRows(err: string): Promise<string[]> {
  const list = /all of them are in (.+)$/m.exec(err)?.[1]
  const lines = (await readFile(list ?? '', 'utf8')).trimEnd().split('\n').slice(1)
  return lines.map((line) => line.replace(/^([^,]+),(\d+),/, '$1:$2: ').replace(/: "(.*)"$/, ': $1'))
}

it("refuses a person whose name here is somebody's, and leaves out what is theirs", async () => {
  await nexus.signUp('LDBC_1')
  const report = await importLdbc({
    'person_0_0.csv': [person(1), person(2)],
    'person_knows_person_0_0.csv': [`1|2|${MS}`],
    'post_0_0.csv': [wrote(10, 'hello')],
    'post_hasCreator_person_0_0.csv': ['10|1'],
  })
  expect(badRows(report)).toEqual([
    'person_0_0.csv:2: the username ldbc_1 is taken by somebody else.',
    'person_knows_person_0_0.csv:2: there is no person 1.',
    'post_0_0.csv:2: post 10 has no creator.',
    'post_hasCreator_person_0_0.csv:2: there is no person 1.',
  ])
})

it('gives what is of one millisecond ids of its own in the order of the file, also to more than fit into it', async () => {
  const many = Array.from({ length: 1500 }, (_, index) => 5000 - index)
  await importLdbc({
    'person_0_0.csv': [person(1)],
    'post_0_0.csv': many.map((id) => wrote(id, `number ${id}`)),
    'post_hasCreator_person_0_0.csv': many.map((id) => `${id}|1`),
  })
  const posts = await nexus.sql('select content, created_at from posts order by id')
  expect(posts.map(({ content }) => content)).toEqual(many.map((id) => `number ${id}`))
  expect(posts.slice(0, 1024).every(({ created_at }) => created_at.getTime() === MS)).toBe(true)
  expect(posts.at(-1)?.created_at.getTime()).toBe(MS + 1)
})

it('adds to what came before when a larger graph follows', async () => {
  const first = { 'person_0_0.csv': [person(1)], 'post_0_0.csv': [wrote(10, 'one')], 'post_hasCreator_person_0_0.csv': ['10|1'] }
  await importLdbc(first)
  const report = await importLdbc({
    'person_0_0.csv': [person(2), person(1)],
    'person_knows_person_0_0.csv': [`1|2|${MS}`],
    'post_0_0.csv': [wrote(11, 'two'), wrote(10, 'one')],
    'post_hasCreator_person_0_0.csv': ['10|1', '11|2'],
    'comment_0_0.csv': [said(20, 'to the first')],
    'comment_hasCreator_person_0_0.csv': ['20|2'],
    'comment_replyOf_post_0_0.csv': ['20|10'],
  })
  expect(badRows(report)).toEqual([])
  expect(summaryOf(report, 'post_0_0.csv')).toEqual([2, 1, 1, 0])
  expect(await nexus.sql('select p.content, c.text from comments c join posts p on p.id = c.post_id')).toEqual([
    { content: 'one', text: 'to the first' },
  ])
})

it('refuses a header that is not exactly that of the format, and a file that is none of it', async () => {
  const persons = await layOut({ 'person_0_0.csv': 'id|firstName\n' })
  await expect(runImport(nexus, persons, { format: 'ldbc-snb' })).rejects.toThrow(
    /^person_0_0.csv: its header must be id\|firstName\|lastName\|/,
  )
  const part = await layOut({ 'person_0_0.csv': `${HEADERS['person_0_0.csv']}\n`, 'person_1_0.csv': '' })
  await expect(runImport(nexus, part, { format: 'ldbc-snb' })).rejects.toThrow(/^"person_1_0.csv" is not a file of the format ldbc-snb/)
})
