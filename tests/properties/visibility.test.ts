import { expect, it } from 'vitest'
import {
  type AuthorFacts,
  type CommentFacts,
  type Looker,
  maySeeComment,
  maySeeCommentById,
  maySeePost,
  maySeePostById,
  maySeeUnderPost,
  maySeeWhatTheyDid,
  type PostFacts,
} from '../../src/domain/visibility/visibility-rules.ts'

const AUTHOR = 1
const OTHER = 2
const LOOKERS: Record<string, Looker | undefined> = {
  visitor: undefined,
  author: { id: AUTHOR, role: 'user' },
  user: { id: OTHER, role: 'user' },
  admin: { id: OTHER, role: 'admin' },
}

/**
 * Read from above: the first line that fits decides. A dash fits both. The columns are the looker, then what is true of the post: of a closed
 * account, hidden, of a suspended author, across a block, for followers only, followed; then whether it is seen in lists, and by its id.
 */
const POSTS = table(`
  looker   closed  hidden  suspended  blocked  followersOnly  followed   seen  byId
  -        yes     -       -          -        -              -          no    no
  author   no      -       -          -        -              -          yes   yes
  admin    no      yes     -          -        -              -          no    yes
  admin    no      -       yes        -        -              -          no    yes
  admin    no      -       -          yes      -              -          no    yes
  admin    no      -       -          -        yes            no         no    yes
  -        no      yes     -          -        -              -          no    no
  -        no      -       yes        -        -              -          no    no
  -        no      -       -          yes      -              -          no    no
  -        no      -       -          -        yes            no         no    no
  -        no      no      no         no       yes            yes        yes   yes
  -        no      no      no         no       no             -          yes   yes
`)

/** Of a comment where its post is seen, and is open to all. */
const COMMENTS = table(`
  looker   closed  hidden  suspended  blocked   seen  byId
  -        yes     -       -          -         no    no
  author   no      -       -          -         yes   yes
  admin    no      yes     -          -         no    yes
  admin    no      -       yes        -         no    yes
  admin    no      -       -          yes       no    yes
  -        no      yes     -          -         no    no
  -        no      -       yes        -         no    no
  -        no      -       -          yes       no    no
  -        no      no      no         no        yes   yes
`)

type Line = Record<string, string>

function table(text: string): Line[] {
  const [names = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])))
}

const yesNo = ['yes', 'no']

function everyCase(names: string[]): Line[] {
  const axis = (name: string) => (name === 'looker' ? Object.keys(LOOKERS) : yesNo)
  return names.reduce<Line[]>((cases, name) => cases.flatMap((each) => axis(name).map((value) => ({ ...each, [name]: value }))), [{}])
}

function decide(lines: Line[], of: Line): Line {
  const line = lines.find((each) => Object.entries(of).every(([name, value]) => each[name] === '-' || each[name] === value))
  if (!line) throw new Error(`no line fits ${JSON.stringify(of)}`)
  return line
}

function authorOf(of: Line): AuthorFacts {
  return {
    authorId: AUTHOR,
    authorSuspended: of.suspended === 'yes',
    authorClosed: of.closed === 'yes',
    viewerFollowsAuthor: of.followed === 'yes',
    blockedEitherWay: of.blocked === 'yes',
  }
}

function postOf(of: Line): PostFacts {
  return { ...authorOf(of), visibility: of.followersOnly === 'yes' ? 'FOLLOWERS' : 'PUBLIC', hidden: of.hidden === 'yes' }
}

const word = (is: boolean) => (is ? 'yes' : 'no')
const nameOf = (of: Line) =>
  Object.entries(of)
    .map((each) => each.join(' '))
    .join(', ')

it('shows a post as the table says, in every case that there is', () => {
  const cases = everyCase(['looker', 'closed', 'hidden', 'suspended', 'blocked', 'followersOnly', 'followed'])
  for (const of of cases) {
    const line = decide(POSTS, of)
    const looker = LOOKERS[of.looker!]
    expect(word(maySeePost(postOf(of), looker)), nameOf(of)).toBe(line.seen)
    expect(word(maySeePostById(postOf(of), looker)), `${nameOf(of)}, by id`).toBe(line.byId)
  }
  expect(cases.length).toBe(4 * 2 ** 6)
})

const OPEN_POST: PostFacts = { ...authorOf({}), authorId: 3, visibility: 'PUBLIC', hidden: false }

const COMMENT_CASES = everyCase(['looker', 'closed', 'hidden', 'suspended', 'blocked'])

function commentOf(of: Line, post: PostFacts): CommentFacts {
  return { ...authorOf(of), hidden: of.hidden === 'yes', post }
}

it('shows a comment as the table says, in every case that there is', () => {
  for (const of of COMMENT_CASES) {
    const line = decide(COMMENTS, of)
    const looker = LOOKERS[of.looker!]
    expect(word(maySeeUnderPost(commentOf(of, OPEN_POST), looker)), nameOf(of)).toBe(line.seen)
    expect(word(maySeeComment(commentOf(of, OPEN_POST), looker)), nameOf(of)).toBe(line.seen)
    expect(word(maySeeCommentById(commentOf(of, OPEN_POST), looker)), `${nameOf(of)}, by id`).toBe(line.byId)
  }
  expect(COMMENT_CASES.length).toBe(4 * 2 ** 4)
})

it('shows a comment nowhere where its post is not seen, but by its id to an admin', () => {
  for (const of of COMMENT_CASES) {
    const underHidden = commentOf(of, { ...OPEN_POST, hidden: true })
    const looker = LOOKERS[of.looker!]
    expect(maySeeComment(underHidden, looker), nameOf(of)).toBe(false)
    expect(maySeeCommentById(underHidden, looker), nameOf(of)).toBe(of.looker === 'admin' && of.closed === 'no')
    expect(maySeeCommentById(commentOf(of, { ...OPEN_POST, authorClosed: true }), looker), nameOf(of)).toBe(false)
  }
})

it('shows a like or a share unless who did it is suspended, gone, or blocked either way', () => {
  for (const of of everyCase(['suspended', 'closed', 'blocked']))
    expect(maySeeWhatTheyDid(authorOf(of)), nameOf(of)).toBe(of.suspended === 'no' && of.closed === 'no' && of.blocked === 'no')
})
