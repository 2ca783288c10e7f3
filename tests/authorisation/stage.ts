import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type AccessTokens, openAccessTokens } from '../../src/domain/accounts/access-tokens.ts'
import { type Nexus, PASSWORD, type Person, startNexus } from '../cast.ts'

const SECRET = 'a secret of the authorisation matrix alone'

/** Everybody who asks for every field. `owner` is whose account, post, comment and feed it is. */
export const WHO = ['nobody', 'stranger', 'blocked', 'owner', 'admin', 'deleted'] as const
export type Who = (typeof WHO)[number]

/** What is there when one person asks for one field. All of it is new for each mutation, so that no cell of the matrix sees another's traces. */
export interface Stage {
  /** A number of this stage, for names that nobody has. */
  number: number
  actorId: number
  token: string | undefined
  owner: { id: number; username: string; email: string; refreshToken: string; resetToken: string; verifyToken: string }
  /** The owner's. */
  post: number
  followersPost: number
  hiddenPost: number
  /** The owner's, on the owner's public post. */
  comment: number
  hiddenComment: number
  commentForFollowers: number
  /** The owner's, on a post of bob's that is hidden. */
  commentOnHidden: number
  /** Of bob, who has nothing against anybody; the owner likes and shares it, comments it, and bob replies. */
  bobsPost: number
  bobsReply: number
  bobsHiddenPost: number
  /** Bob quotes the owner's public post. */
  bobsQuote: number
  suspendedPost: number
  /** The owner's, of what bob did. */
  notification: number
  /** The owner's: one in no post, and one in their public post. */
  ownersMedium: number
  postedMedium: number
  gone: Person
}

export interface Theatre {
  nexus: Nexus
  tokens: AccessTokens
  passwordHash: string
  /** Closed their account; the jobs that delete the rest have not run yet. */
  gone: Person
  /** Of whom not even the row is left. */
  erased: Person
  /** A new stage, in the place of the one of the call before. */
  setStage(who: Who): Promise<Stage>
  /** The same stage for all who only look. */
  keepStage(who: Who): Promise<Stage>
  /** Tells tables apart by all that is in them. */
  checksums(): Promise<Map<string, string>>
}

/** No worker runs, so that whatever changes was changed by the request. */
export async function openTheatre(): Promise<Theatre> {
  const nexus = await startNexus({ roles: ['api'], environment: { AUTH_SECRET: SECRET } })
  const [gone, erased] = [await nexus.signUp('gone'), await nexus.signUp('erased')]
  const [row] = await nexus.sql<{ password: string }>('select password from users where id = $1', [erased.id])
  await nexus.ask('mutation ($password: String!) { deleteUser(password: $password) }', gone.token, { password: PASSWORD })
  await nexus.sql('delete from users where id = $1', [erased.id])
  await nexus.sql(await readFile(new URL('set-stage.sql', import.meta.url), 'utf8'))
  const checksumsStatement = await writeChecksums(nexus)
  const kept = new Map<Who, Stage>()
  let struck = 0
  const theatre: Theatre = {
    nexus,
    tokens: openAccessTokens(SECRET),
    passwordHash: row!.password,
    gone,
    erased,
    setStage: async (who) => {
      const stage = await setStage(theatre, who, struck)
      struck = stage.number
      return stage
    },
    keepStage: async (who) => {
      const stage = kept.get(who) ?? (await setStage(theatre, who, 0))
      kept.set(who, stage)
      return stage
    },
    checksums: async () => new Map((await nexus.sql(checksumsStatement)).map(({ name, sum }) => [name, sum])),
  }
  return theatre
}

async function writeChecksums(nexus: Nexus): Promise<string> {
  // The pulse says now and then in head_epoch that heads are kept, whoever asks what.
  const tables = await nexus.sql<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'head_epoch'`,
  )
  const sums = tables.map(
    ({ name }) => `select '${name}' as name, count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from ${name} t`,
  )
  return sums.join(' union all ')
}

let stages = 0

async function setStage({ nexus, tokens, passwordHash, gone }: Theatre, who: Who, struck: number): Promise<Stage> {
  stages += 1
  const [refreshToken, resetToken, verifyToken] = [makeSecret(), makeSecret(), makeSecret()]
  const secrets = [refreshToken, resetToken, verifyToken].map((token) => createHash('sha256').update(token).digest())
  const [row] = await nexus.sql<{ there: Ids }>('select set_stage($1, $2, $3, $4, $5) as there', [
    stages,
    struck,
    who,
    passwordHash,
    secrets,
  ])
  const { actorId, sessionId, ownerId, ...things } = row!.there
  const username = `owner${stages}`
  const issued = actorId && sessionId ? await tokens.issue({ userId: actorId, sessionId }) : undefined
  return {
    ...things,
    number: stages,
    actorId: actorId ?? gone.id,
    token: who === 'deleted' ? gone.token : issued,
    owner: { id: ownerId, username, email: `${username}@mail.test`, refreshToken, resetToken, verifyToken },
    gone,
  }
}

type Ids = Omit<Stage, 'number' | 'actorId' | 'token' | 'owner' | 'gone'> & {
  actorId: number | null
  sessionId: string | null
  ownerId: number
}

function makeSecret(): string {
  return randomBytes(32).toString('base64url')
}
