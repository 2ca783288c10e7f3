import { Unavailable } from '../unavailable.ts'
import { type Redis, script } from './open-redis.ts'

/** Beyond its time a value is still answered for so long, while the next one is being computed. */
const STALE_MS = 30_000
/** A process that computes has so long; then another may. */
const CLAIM_MS = 10_000
/** Whoever has no value at all looks so often, and so long, whether the process that computes has come to its end. */
const LOOK_MS = 50
const LOOKS_MAX = 100
/** So soon somebody who was answered a stale value looks again. */
const LOOK_AGAIN_MS = 250

/** Values that are the same for everybody and cost much: one process computes, all others take it from there. */
export interface ComputedOnce<Name extends string, Value> {
  read(name: Name): Promise<Value>
  /** Nothing that was computed so far is answered any more. */
  forget(): Promise<void>
}

export interface ComputeOnceSettings<Name extends string, Value> {
  compute(name: Name): Promise<Value>
  /** For how long a value is fresh, by what its computing took. */
  freshMs(tookMs: number): number
  /** Without Redis each process computes for itself. */
  redis: Redis | undefined
  /** Of the keys. */
  prefix: string
  log: { warn(details: object, message: string): void }
}

interface Kept<Value> {
  value: Value
  freshUntil: number
  staleUntil: number
}

/** Computes when somebody asks, once for all who ask; who asks for what has grown old meanwhile is not made to wait. */
export function computeOnce<Name extends string, Value>(settings: ComputeOnceSettings<Name, Value>): ComputedOnce<Name, Value> {
  const { compute, freshMs, redis, prefix, log } = settings
  const shared = redis && shareValues<Value>(redis, prefix)
  const kept = new Map<Name, Kept<Value>>()
  const renewing = new Map<Name, Promise<Value>>()

  function keep(name: Name, value: Value, freshForMs: number): Value {
    const freshUntil = performance.now() + freshForMs
    kept.set(name, { value, freshUntil, staleUntil: freshUntil + STALE_MS })
    return value
  }

  function renew(name: Name): Promise<Value> {
    const underWay = renewing.get(name)
    if (underWay) return underWay
    const begun = renewOnce(name).finally(() => renewing.delete(name))
    renewing.set(name, begun)
    return begun
  }

  async function renewOnce(name: Name): Promise<Value> {
    for (let looks = 0; shared && looks < LOOKS_MAX; looks += 1) {
      const found = await shared.look(name).catch(passOverUnavailable)
      if (found && found.leftMs > STALE_MS) return keep(name, found.value, found.leftMs - STALE_MS)
      if ((await shared.claim(name).catch(passOverUnavailable)) !== false) break
      if (found) return keep(name, found.value, LOOK_AGAIN_MS)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    const began = performance.now()
    const value = await compute(name)
    const freshForMs = freshMs(performance.now() - began)
    await shared?.put(name, value, freshForMs + STALE_MS).catch(passOverUnavailable)
    return keep(name, value, freshForMs)
  }

  return {
    read: async (name) => {
      const [now, known] = [performance.now(), kept.get(name)]
      if (known && now < known.freshUntil) return known.value
      const next = renew(name)
      if (!known || now >= known.staleUntil) return next
      next.catch((error: unknown) => log.warn({ error: String(error), name }, 'what is computed for everybody stays as it was for now'))
      return known.value
    },
    forget: async () => {
      await Promise.all([...renewing.values()].map((each) => each.catch(() => undefined)))
      for (const name of kept.keys()) await shared?.drop(name).catch(passOverUnavailable)
      kept.clear()
    },
  }
}

function passOverUnavailable(error: unknown): undefined {
  if (!(error instanceof Unavailable)) throw error
}

const LOOK = script(`return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}`)
const CLAIM = script(`return redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[1]) and 1 or 0`)
const PUT = script(`redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) redis.call('DEL', KEYS[2]) return 1`)
const DROP = script(`return redis.call('DEL', KEYS[1], KEYS[2])`)

function shareValues<Value>(redis: Redis, prefix: string) {
  const keysOf = (name: string) => [`${prefix}{${name}}:value`, `${prefix}{${name}}:claim`]
  return {
    look: async (name: string): Promise<{ value: Value; leftMs: number } | undefined> => {
      const [text, leftMs] = (await redis.call(LOOK, keysOf(name), [])) as [string | null, number]
      return text === null ? undefined : { value: JSON.parse(text) as Value, leftMs }
    },
    claim: async (name: string) => (await redis.call(CLAIM, keysOf(name), [String(CLAIM_MS)])) === 1,
    put: (name: string, value: Value, forMs: number) => redis.call(PUT, keysOf(name), [JSON.stringify(value), String(Math.ceil(forMs))]),
    drop: (name: string) => redis.call(DROP, keysOf(name), []),
  }
}
