import { isLive, type MemoryRow } from '../memory.ts'
import { type Scope, scopeKey } from '../names.ts'
import type { LongTermState } from './changes.ts'

/** Memories that stand under a key in the store and that the batch does not hold itself. */
interface Standing {
  readonly all: number
  readonly live: number
}

const NONE: Standing = { all: 0, live: 0 }

const keyOf = (scope: Scope, keyId: string): string => `${scopeKey(scope)}/${keyId}`

/** The data keys of a batch: which are erased, and what stands under those that it erases. */
export class DraftKeys {
  readonly #erased = new Set<string>()
  readonly #standing = new Map<string, Standing>()

  /** `memories`: those at hand, each once. */
  constructor({ keys = [] }: LongTermState, memories: Iterable<MemoryRow>) {
    for (const key of keys) {
      if (key.erased) this.#erased.add(keyOf(key, key.keyId))
      if (key.memories !== null) this.#standing.set(keyOf(key, key.keyId), key.memories)
    }
    for (const row of memories) {
      const key = keyOf(row, row.keyId)
      const standing = this.#standing.get(key)
      if (standing === undefined || row.sealed === null) continue
      this.#standing.set(key, { all: standing.all - 1, live: standing.live - Number(isLive(row)) })
    }
  }

  isErased(scope: Scope, keyId: string): boolean {
    return this.#erased.has(keyOf(scope, keyId))
  }

  /** Erases the keys and returns what stood under them in the store alone. */
  erase(scope: Scope, keyIds: Iterable<string>): Standing {
    let [all, live] = [0, 0]
    for (const keyId of keyIds) {
      const key = keyOf(scope, keyId)
      const standing = this.#standing.get(key) ?? NONE
      all += standing.all
      live += standing.live
      this.#standing.set(key, NONE)
      this.#erased.add(key)
    }
    return { all, live }
  }
}
