import { statement } from '../src/platform/database/statement.ts'
import { driveLoad } from './measure/drive-load.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { openEngine } from './measure/open-engine.ts'
import { runScenario } from './measure/run-scenario.ts'
import { signIn } from './measure/sign-in-readers.ts'
import { median, rounded } from './measure/statistics.ts'
import { holdsOf, type Target } from './measure/targets.ts'
import type { World } from './world.ts'
import { readersOf } from './worlds/world-sizes.ts'

export interface LikesResult {
  people: number
  rounds: { together: number; spread: number; share: number }[]
  targets: Target[]
  holds: Record<string, boolean>
}

const PEOPLE = 64
const WARMUP_SECONDS = 2

const somePosts = statement<{ id: number }>(
  'bench.likable-posts',
  `select p.id from posts p join users u on u.id = p.author_id
   where p.visibility = 'PUBLIC' and p.hidden_at is null and u.suspended_at is null and u.closed_at is null
     and not exists (select from blocks b where b.blocker_id = p.author_id or b.blocked_id = p.author_id)
   order by p.id desc limit $1`,
)

/** 64 people like and unlike: all of them one post, and, in turn with it, each another. Through GraphQL, each on a connection of their own. */
export async function measureLikes(world: World, { rounds, seconds }: { rounds: number; seconds: number }): Promise<LikesResult> {
  const engine = await openEngine(world)
  const nexus = await startNexusProcess(engine.environment, 'api')
  try {
    const posts = (await engine.database.rows(somePosts, [PEOPLE])).map(({ id }) => id)
    const { stride } = readersOf(world.sizes)
    const people = Array.from({ length: PEOPLE }, (_, index) => (index + 1) * stride)
    const authorizations = await signIn(world, engine.secret, people)
    const like = async (postOf: (place: number) => number | undefined, forSeconds = seconds) => {
      const byConnection = authorizations.map((authorization, place) => ({
        authorization,
        bodies: ['likePost', 'unlikePost'].map((verb) =>
          JSON.stringify({ query: `mutation { ${verb}(postId: ${postOf(place)}) { post { id } } }` }),
        ),
      }))
      const order = {
        host: '127.0.0.1',
        port: Number(new URL(nexus.url).port),
        connections: PEOPLE,
        body: '',
        authorizations: [],
        byConnection,
      }
      const { requests, failed } = await driveLoad({ ...order, seconds: forSeconds })
      if (failed > 0) throw new Error(`${failed} of ${requests} likes were refused`)
      return requests / forSeconds
    }
    const [one] = posts
    await like(() => one, WARMUP_SECONDS)
    const taken: LikesResult['rounds'] = []
    for (let round = 1; round <= rounds; round += 1) {
      const spread = await like((place) => posts[place])
      const together = await like(() => one)
      taken.push({ together: Math.round(together), spread: Math.round(spread), share: rounded(together / spread) })
      console.log(`likes: round ${round}, of one post ${taken.at(-1)?.together}/s, spread ${taken.at(-1)?.spread}/s`)
    }
    const targets: Target[] = [
      {
        what: 'likes of one post by 64 people, as a share of likes spread over 64 posts',
        value: median(taken.map(({ share }) => share)),
        atLeast: 0.5,
        aim: 0.8,
        unit: 'share',
        better: 'more',
      },
    ]
    return { people: PEOPLE, rounds: taken, targets, holds: holdsOf(targets) }
  } finally {
    await nexus.stop()
    await engine.close()
  }
}

if (import.meta.main) await runScenario('likes', measureLikes)
