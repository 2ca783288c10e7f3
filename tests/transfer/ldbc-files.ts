import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LDBC } from './run-transfer.ts'

/** The rows of a file of the benchmark's graph, read as plainly as can be. */
export function readLdbc(file: string): string[][] {
  const [, ...lines] = readFileSync(join(LDBC, file), 'utf8').trimEnd().split('\n')
  return lines.map((line) => line.split('|'))
}

export interface LdbcPost {
  id: string
  creator: string
  ms: number
  place: number
}

/** Every post with its creator, its time, and its place in the file. */
export function readPosts(): LdbcPost[] {
  const creators = new Map(readLdbc('post_hasCreator_person_0_0.csv') as [string, string][])
  return readLdbc('post_0_0.csv').map(([id = '', , ms], place) => ({ id, creator: creators.get(id) ?? '', ms: Number(ms), place }))
}

/** Whom each person knows, in both directions. */
export function readFriends(): Map<string, Set<string>> {
  const friends = new Map<string, Set<string>>()
  const add = (one: string, other: string) => friends.set(one, (friends.get(one) ?? new Set()).add(other))
  for (const [one = '', other = ''] of readLdbc('person_knows_person_0_0.csv')) {
    add(one, other)
    add(other, one)
  }
  return friends
}
