/** A map that forgets what was not asked for lately. */
export interface Recent<Key, Value extends object> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
  delete(key: Key): void
  clear(): void
}

/**
 * Keeps at most `max`, in two generations: when the young one is half of that, it becomes the old one, and what nobody asked for since the last
 * time is forgotten at once. What is asked for again and again is found by one look into a Map; a list in the order of use is changed by each look.
 */
export function keepRecent<Key, Value extends object>(max: number): Recent<Key, Value> {
  let young = new Map<Key, Value>()
  let old = new Map<Key, Value>()

  function set(key: Key, value: Value): void {
    if (young.size >= max / 2) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }

  return {
    set,
    get: (key) => {
      const found = young.get(key)
      if (found !== undefined) return found
      const kept = old.get(key)
      if (kept !== undefined) set(key, kept)
      return kept
    },
    delete: (key) => {
      young.delete(key)
      old.delete(key)
    },
    clear: () => {
      young = new Map()
      old = new Map()
    },
  }
}
