import type { Stage, Who } from './stage.ts'

/**
 * What comes of asking: the code of a refusal; `changes`: it was done; `nothing`: no refusal, and there was nothing to do;
 * `shown` and `null`: what is asked for is there, or is not.
 */
export type Outcome = 'changes' | 'nothing' | 'shown' | 'null' | 'UNAUTHENTICATED' | 'BAD_USER_INPUT' | 'NOT_FOUND' | 'FORBIDDEN'

export interface Row {
  /** `Type.field`, and after a colon which case of it. */
  name: string
  ask(stage: Stage): string
  /** What is looked at in the answer; by default the field itself. */
  // biome-ignore lint/suspicious/noExplicitAny: answers have every shape
  pick(data: any, stage: Stage): unknown
  /** SQL that is run before, about the one who asks ($1) and the owner ($2). */
  before: string | undefined
  outcomes: Record<Who, Outcome>
}

export type Outcomes = [nobody: Outcome, stranger: Outcome, blocked: Outcome, owner: Outcome, admin: Outcome, deleted: Outcome]

export function row(name: string, ask: Row['ask'], outcomes: Outcomes, more: Partial<Pick<Row, 'pick' | 'before'>> = {}): Row {
  const [nobody, stranger, blocked, owner, admin, deleted] = outcomes
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const first = (data: any) => data && Object.values(data)[0]
  return { name, ask, pick: more.pick ?? first, before: more.before, outcomes: { nobody, stranger, blocked, owner, admin, deleted } }
}

export const c = 'changes'
export const o = 'nothing'
export const s = 'shown'
export const n = 'null'
export const U = 'UNAUTHENTICATED'
export const B = 'BAD_USER_INPUT'
export const N = 'NOT_FOUND'
export const F = 'FORBIDDEN'
