import { openAccessTokens } from '../../src/domain/accounts/access-tokens.ts'
import type { World } from '../world.ts'
import { readersOf } from '../worlds/world-sizes.ts'
import { onServer } from './open-bench-server.ts'

/** The Authorization headers of all readers, in order. */
export async function signInReaders(world: World, secret: string): Promise<string[]> {
  const { count, stride } = readersOf(world.sizes)
  return signIn(
    world,
    secret,
    Array.from({ length: count }, (_, index) => (index + 1) * stride),
  )
}

/** The Authorization headers of these users, in order. Their sessions are rows as sign-in makes them; the tokens live 15 minutes. */
export async function signIn({ databaseUrl }: Pick<World, 'databaseUrl'>, secret: string, userIds: readonly number[]): Promise<string[]> {
  await onServer(databaseUrl, 'truncate sessions cascade')
  const { rows } = await onServer(
    databaseUrl,
    `insert into sessions (user_id, expires_at) select n, now() + interval '60 days' from unnest(array[${userIds.join()}]::int[]) n
     returning user_id as "userId", id as "sessionId"`,
  )
  await onServer(databaseUrl, 'analyze sessions')
  const tokens = openAccessTokens(secret)
  const byUser = new Map<number, string>()
  for (const { userId, sessionId } of rows) byUser.set(userId, `Bearer ${await tokens.issue({ userId, sessionId })}`)
  return userIds.map((id) => byUser.get(id) ?? '')
}
