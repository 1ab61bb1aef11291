import type { Checkpoint } from '../../domain/checkpoint.ts'
import { type Scope, scopeKey } from '../../domain/names.ts'
import type {
  LoadedNamespaces,
  NamespaceChange,
  NamespaceState,
  Revision,
  WorkingMemoryStore,
} from '../ports/working-memory-store.ts'

interface Held {
  readonly checkpoint: Checkpoint
  readonly revision: Revision
  /** In order of use, least recent first. */
  readonly namespaces: Map<string, NamespaceState>
}

/**
 * What the last move of a partition left in the store, so that a batch loads only what it has not met lately. It is good
 * for as long as moves from its revision succeed: whatever else happens to the store makes another revision.
 */
export class HeldNamespaces {
  readonly #store: WorkingMemoryStore
  readonly #limit: number
  readonly #held = new Map<number, Held>()

  /** `limit`: namespaces kept for each partition, about 0.1 MB each. */
  constructor(store: WorkingMemoryStore, limit: number) {
    this.#store = store
    this.#limit = limit
  }

  async load(partition: number, scopes: readonly Scope[]): Promise<LoadedNamespaces> {
    const held = this.#held.get(partition)
    const unknown = scopes.filter((scope) => !held?.namespaces.has(scopeKey(scope)))
    if (held !== undefined && unknown.length === 0) return pick(held, scopes)
    const loaded = await this.#store.load(partition, unknown)
    const namespaces = held?.revision === loaded.revision ? held.namespaces : null
    if (held !== undefined && namespaces === null && unknown.length < scopes.length) {
      this.#held.delete(partition)
      return this.load(partition, scopes)
    }
    const next = { checkpoint: loaded.checkpoint, revision: loaded.revision, namespaces: namespaces ?? new Map() }
    for (const [i, scope] of unknown.entries()) {
      const state = loaded.namespaces[i]!
      if (state !== null) next.namespaces.set(scopeKey(scope), state)
    }
    this.#held.set(partition, next)
    return pick(next, scopes)
  }

  /** What stands in the store after a move. */
  moved(partition: number, checkpoint: Checkpoint, revision: Revision, changes: readonly NamespaceChange[]): void {
    const namespaces = this.#held.get(partition)?.namespaces ?? new Map<string, NamespaceState>()
    for (const { scope, after } of changes) {
      namespaces.delete(scopeKey(scope))
      namespaces.set(scopeKey(scope), withoutSums(after))
    }
    for (const oldest of namespaces.keys()) {
      if (namespaces.size <= this.#limit) break
      namespaces.delete(oldest)
    }
    this.#held.set(partition, { checkpoint, revision, namespaces })
  }

  forget(partition: number): void {
    this.#held.delete(partition)
  }
}

const pick = ({ checkpoint, revision, namespaces }: Held, scopes: readonly Scope[]): LoadedNamespaces => ({
  checkpoint,
  revision,
  namespaces: scopes.map((scope) => namespaces.get(scopeKey(scope)) ?? null),
})

/** Half a kilobyte a factor that no fold asks for again. */
const withoutSums = (state: NamespaceState): NamespaceState => ({
  ...state,
  memory: {
    ...state.memory,
    factors: state.memory.factors.map((factor) =>
      'sums' in factor ? { memoryId: factor.memoryId, offset: factor.offset, keyId: factor.keyId } : factor,
    ),
  },
})
