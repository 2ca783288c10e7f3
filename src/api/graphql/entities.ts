import { ENTITIES_MAX, type EntityKind, findEntities } from '../../domain/input/find-entities.ts'
import { tagsOf } from '../../domain/posts/post-tags.ts'
import { builder } from './builder.ts'
import { CommentType } from './comments.ts'
import { plainly, plainWhere } from './plain-fields.ts'
import { PostType, type ShownPost } from './post-type.ts'
import { UserType } from './user-type.ts'

interface TextEntity {
  kind: 'TAG' | 'MENTION' | 'LINK'
  start: number
  end: number
  text: string
  value: string
}

const KINDS: Record<EntityKind, TextEntity['kind']> = { tag: 'TAG', mention: 'MENTION', link: 'LINK' }

/** A list as long as that of most texts with entities, for the cost of what is asked of each. */
const countsAs = 5
/** A text may name 50 people: what is asked of each of them counts as often, what is asked of the words themselves need not. */
const usersCountAs = ENTITIES_MAX.mention / countsAs

const EntityKindType = builder.enumType('TextEntityKind', { values: ['TAG', 'MENTION', 'LINK'] as const })

const TextEntityType = builder.objectRef<TextEntity>('TextEntity').implement({
  description: 'Something in a text that leads elsewhere: a tag, a mention or a link.',
  fields: (t) => ({
    kind: t.expose('kind', { type: EntityKindType }),
    start: t.exposeInt('start', {
      description:
        'Where it begins in the text, counted in Unicode code points, as lengths are: in JavaScript `[...text].slice(start, end)`.',
    }),
    end: t.exposeInt('end', { description: 'Where it has ended: the code point behind its last.' }),
    text: t.exposeString('text', { description: 'As it stands there, with its # or @.' }),
    tag: t.string({
      nullable: true,
      description: 'Of a TAG: as written, without its #. For taggedPosts.',
      ...plainly(({ kind, value }: TextEntity) => (kind === 'TAG' ? value : null)),
    }),
    user: t.field({
      type: UserType,
      nullable: true,
      description: 'Of a MENTION: who has the name now; null when nobody has.',
      extensions: { countsAs: usersCountAs, ...plainWhere(({ kind }: TextEntity) => (kind === 'MENTION' ? undefined : null)).extensions },
      resolve: async ({ kind, value }, _, request) =>
        kind === 'MENTION' ? ((await request.loaders.userByName.load(value.toLowerCase())) ?? null) : null,
    }),
    url: t.string({
      nullable: true,
      description: 'Of a LINK: as written.',
      ...plainly(({ kind, value }: TextEntity) => (kind === 'LINK' ? value : null)),
    }),
  }),
})

function entitiesOf(text: string): TextEntity[] {
  const found = findEntities(text)
  const points = found.length > 0 ? [...text] : []
  return found.map(({ kind, start, end, value }) => ({ kind: KINDS[kind], start, end, text: points.slice(start, end).join(''), value }))
}

builder.objectFields(PostType, (t) => ({
  tags: t.stringList({
    description: 'The tags in the content as written, without their #, each once.',
    ...plainly((post: ShownPost) => tagsOf(post.content).map(({ written }) => written)),
  }),
  entities: t.field({
    type: [TextEntityType],
    description: 'The tags, mentions and links in the content, in their order.',
    resolve: (post) => entitiesOf(post.content),
    extensions: { countsAs, ...plainWhere((post: ShownPost) => entitiesOf(post.content)).extensions },
  }),
}))

builder.objectField(CommentType, 'entities', (t) =>
  t.field({
    type: [TextEntityType],
    description: 'The tags, mentions and links in the text, in their order.',
    extensions: { countsAs },
    resolve: (comment) => entitiesOf(comment.text),
  }),
)
