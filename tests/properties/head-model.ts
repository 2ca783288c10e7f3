// The feed engine as a machine of a few variables: one viewer, one author whom they may follow, two posts. Everything that can happen next is
// tried, in every order, whoever is slow. What a reader is served must never lack what was committed before they looked at the pulse.

/** The mechanisms, each of which can be switched off to see what it is for. */
export interface Mechanisms {
  /** A marker keeps what is delivered while the head is being built. */
  gathering: boolean
  /** Readers merge what is under way. */
  merging: boolean
  /** A head counts for the version that it was built for alone. */
  versions: boolean
  /** A delivery counts under the epoch in which it was made alone. */
  epochs: boolean
  /** The pulse is looked at before the head. */
  pulseFirst: boolean
  /** The marker stands before the snapshot is taken. */
  markFirst: boolean
}

export const ALL: Mechanisms = { gathering: true, merging: true, versions: true, epochs: true, pulseFirst: true, markFirst: true }

/** How much happens in all. The states grow by a factor of some tens with each. */
export interface Sizes {
  posts: number
  builders: 1 | 2
  /** How often the viewer unfollows and follows. */
  toggles: number
  /** How often a head is begun to be built. */
  builds: number
}

const STATES_MAX = 3_000_000

/** What the viewer's key holds. */
type Kept = { marker: number; ids: number[] } | { version: number; ids: number[] } | null

interface Delivery {
  step: 'waiting' | 'begun' | 'read' | 'added' | 'done'
  epoch: number
  reaches: boolean
}

interface Builder {
  step: 'idle' | 'marked' | 'looked'
  token: number
  epoch: number
  version: number
  ids: number[]
}

interface Reader {
  step: 'idle' | 'pulse' | 'head'
  version: number
  follows: boolean
  pending: number[]
  /** Committed when the pulse was taken. */
  due: number[]
  ids: number[]
}

interface State {
  committed: number[]
  deliveries: Record<number, Delivery>
  follows: boolean
  version: number
  toggles: number
  epoch: number
  kept: Kept
  emptied: boolean
  replaced: boolean
  builders: [Builder, Builder]
  tokens: number
  reader: Reader
}

const IDLE_BUILDER: Builder = { step: 'idle', token: 0, epoch: 0, version: 0, ids: [] }
const IDLE_READER: Reader = { step: 'idle', version: 0, follows: false, pending: [], due: [], ids: [] }
const START: State = {
  committed: [],
  deliveries: {},
  follows: true,
  version: 0,
  toggles: 0,
  epoch: 0,
  kept: null,
  emptied: false,
  replaced: false,
  builders: [IDLE_BUILDER, IDLE_BUILDER],
  tokens: 0,
  reader: IDLE_READER,
}

/** Tries everything that can happen. Answers how many states there are, and the first of them in which a reader is served wrongly. */
export function searchAll(mechanisms: Mechanisms, sizes: Sizes): { states: number; wrong: string | undefined } {
  const seen = new Set<string>([nameOf(START)])
  const open: State[] = [START]
  for (let state = open.pop(); state; state = open.pop()) {
    for (const next of stepsFrom(state, mechanisms, sizes)) {
      if (typeof next === 'string') return { states: seen.size, wrong: next }
      const name = nameOf(next)
      if (seen.has(name)) continue
      if (seen.size >= STATES_MAX) throw new Error('the model is too large to be searched')
      seen.add(name)
      open.push(next)
    }
  }
  return { states: seen.size, wrong: undefined }
}

/** A state in few characters: hundreds of thousands are remembered. */
function nameOf({
  committed,
  deliveries,
  follows,
  version,
  toggles,
  epoch,
  kept,
  emptied,
  replaced,
  builders,
  tokens,
  reader,
}: State): string {
  const flags = Number(follows) + 2 * Number(emptied) + 4 * Number(replaced)
  const each = committed.map((id) => Object.values(deliveries[id] ?? {}).join())
  const key = kept && ('marker' in kept ? `m${kept.marker}` : `v${kept.version}`)
  const built = builders.map(({ step, token, epoch: under, version: of, ids }) => [step, token, under, of, ids.join('')].join())
  const read = [reader.step, reader.version, reader.follows, reader.pending.join(''), reader.due.join(''), reader.ids.join('')].join()
  return [committed.join(''), ...each, flags, version, toggles, epoch, key, kept?.ids.join(''), ...built, tokens, read].join('|')
}

function* stepsFrom(state: State, mechanisms: Mechanisms, sizes: Sizes): Generator<State | string> {
  yield* writing(state, sizes)
  for (const id of state.committed) yield* delivering(state, id, mechanisms)
  for (const which of [0, 1] as const) if (which < sizes.builders) yield* building(state, which, mechanisms, sizes)
  yield* reading(state, mechanisms)
  if (!state.emptied) yield { ...state, emptied: true, kept: null }
  // Another Redis: whoever meets it raises the epoch before anything is read or built under it.
  if (!state.replaced) yield { ...state, replaced: true, kept: null, epoch: state.epoch + 1 }
}

function* writing(state: State, { posts, toggles }: Sizes): Generator<State> {
  const next = state.committed.length + 1
  if (next <= posts) {
    const waiting: Delivery = { step: 'waiting', epoch: 0, reaches: false }
    yield { ...state, committed: [...state.committed, next], deliveries: { ...state.deliveries, [next]: waiting } }
  }
  if (state.toggles < toggles) yield { ...state, follows: !state.follows, version: state.version + 1, toggles: state.toggles + 1 }
}

function* delivering(state: State, id: number, { epochs, gathering }: Mechanisms): Generator<State> {
  const delivery = state.deliveries[id]
  if (!delivery) return
  const move = (change: Partial<Delivery>, more: Partial<State> = {}): State => ({
    ...state,
    ...more,
    deliveries: { ...state.deliveries, [id]: { ...delivery, ...change } },
  })
  // A worker need not have noticed that Redis was replaced.
  if (delivery.step === 'waiting') for (let epoch = 0; epoch <= state.epoch; epoch += 1) yield move({ step: 'begun', epoch })
  if (delivery.step === 'begun') yield move({ step: 'read', reaches: state.follows })
  if (delivery.step === 'read') yield move({ step: 'added' }, { kept: added(state, id, delivery, gathering) })
  if (delivery.step === 'added')
    yield move(epochs && delivery.epoch !== state.epoch ? { step: 'waiting', epoch: 0, reaches: false } : { step: 'done' })
}

/** Keys bear the epoch: a delivery under another one reaches nothing. */
function added({ kept, epoch }: State, id: number, delivery: Delivery, gathering: boolean): Kept {
  if (!kept || !delivery.reaches || delivery.epoch !== epoch || kept.ids.includes(id)) return kept
  if ('marker' in kept && !gathering) return kept
  return { ...kept, ids: [...kept.ids, id].sort() }
}

function* building(state: State, which: 0 | 1, { versions, markFirst }: Mechanisms, { builds }: Sizes): Generator<State> {
  const builder = state.builders[which]
  const move = (change: Partial<Builder>, more: Partial<State> = {}): State => {
    const moved = { ...builder, ...change }
    return { ...state, ...more, builders: which === 0 ? [moved, state.builders[1]] : [state.builders[0], moved] }
  }
  const snapshot = { version: versions ? state.version : 0, ids: state.follows ? [...state.committed] : [] }
  const marker = { marker: state.tokens + 1, ids: [] }
  const begin = { token: state.tokens + 1, epoch: state.epoch }
  const isThere = state.kept && 'version' in state.kept && state.kept.version === snapshot.version
  if (builder.step === 'idle' && !isThere && state.tokens < builds) {
    yield markFirst
      ? move({ step: 'marked', ...begin }, { kept: marker, tokens: state.tokens + 1 })
      : move({ step: 'marked', ...begin, ...snapshot }, { tokens: state.tokens + 1 })
  }
  if (builder.step === 'marked') {
    yield markFirst
      ? move({ step: 'looked', ...snapshot })
      : move({ step: 'looked' }, builder.epoch === state.epoch ? { kept: { marker: builder.token, ids: [] } } : {})
  }
  if (builder.step === 'looked') {
    const { kept } = state
    const isOurs = kept && 'marker' in kept && kept.marker === builder.token && builder.epoch === state.epoch
    const head = { version: builder.version, ids: [...new Set([...builder.ids, ...(isOurs ? kept.ids : [])])].sort() }
    yield move(IDLE_BUILDER, isOurs ? { kept: head } : {})
  }
}

function* reading(state: State, { merging, versions, pulseFirst }: Mechanisms): Generator<State | string> {
  const { reader, kept } = state
  const row = { version: versions ? state.version : 0, follows: state.follows }
  const pulse = {
    pending: state.committed.filter((id) => state.deliveries[id]?.step !== 'done'),
    due: [...state.committed],
  }
  const head = (version: number) => (kept && 'version' in kept && kept.version === version ? kept.ids : undefined)
  if (reader.step === 'idle') {
    // Without a head of this version the truth answers, and there is nothing to get wrong.
    if (pulseFirst) yield { ...state, reader: { ...reader, step: 'pulse', ...row, ...pulse } }
    else if (head(row.version)) yield { ...state, reader: { ...reader, step: 'head', ...row, ids: head(row.version) ?? [] } }
  }
  if (reader.step === 'pulse') {
    const ids = head(reader.version)
    yield ids ? judged(state, { ...reader, ids }, merging) : { ...state, reader: IDLE_READER }
  }
  if (reader.step === 'head') yield judged(state, { ...reader, ...pulse }, merging)
}

/** Facts come last: only what is still followed is shown. */
function judged(state: State, { ids, pending, due, follows }: Reader, merging: boolean): State | string {
  const served = new Set([...ids, ...(merging ? pending : [])])
  const missing = follows && state.follows ? due.filter((id) => !served.has(id)) : []
  if (missing.length > 0) return `a reader lacks ${missing}: ${JSON.stringify(state)}`
  return { ...state, reader: IDLE_READER }
}
