import type { Checkpoint } from '../../domain/checkpoint.ts'
import { type Scope, scopeKey } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { type Factor, type FactorHead, WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'
import { compareCheckpoints } from '../../infra/long-term/compare-checkpoints.ts'
import type {
  LoadedNamespaces,
  MissingKey,
  MoveRequest,
  NamespaceState,
  StoredNamespace,
  WorkingMemoryMove,
  WorkingMemoryStore,
  WorkingMemoryStoreReader,
} from '../../projections/ports/working-memory-store.ts'
import type { TestDataKeys } from './test-data-keys.ts'

interface Partition {
  readonly beginning: string | null
  readonly checkpoint: Checkpoint
  readonly revision: string
  readonly namespaces: Map<string, { readonly scope: Scope; readonly state: NamespaceState<Factor> }>
  readonly halted: Map<string, string>
}

const NOTHING_FOLDED: Checkpoint = {
  foldVersion: WORKING_MEMORY_VERSION,
  generation: '0'.repeat(16),
  offset: -1,
  lastCommandId: null,
  knownTime: 0,
}

/** The plainest store that keeps the port's promises: maps, and a compare before a set. */
export class InMemoryWorkingMemoryStore implements WorkingMemoryStore, WorkingMemoryStoreReader {
  readonly #keys: TestDataKeys
  readonly #partitions = new Map<number, Partition>()
  #moves = 0

  constructor(keys: TestDataKeys) {
    this.#keys = keys
  }

  /** Everything is gone. */
  lose(): void {
    this.#partitions.clear()
  }

  async load(partition: number, scopes: readonly Scope[]): Promise<LoadedNamespaces> {
    const stored = this.#partition(partition)
    const namespaces = scopes.map((scope) => stored.namespaces.get(scopeKey(scope))?.state ?? null)
    return { checkpoint: stored.checkpoint, revision: stored.revision, namespaces }
  }

  async move(partition: number, { revision, from, to, changes }: MoveRequest): Promise<WorkingMemoryMove> {
    const stored = this.#partition(partition)
    const outcome = compareCheckpoints(stored.checkpoint, from, to)
    if (outcome !== 'moved') return { outcome, checkpoint: stored.checkpoint }
    if (stored.revision !== revision) return { outcome: 'behind', checkpoint: stored.checkpoint }
    const namespaces = new Map(stored.namespaces)
    for (const { scope, after } of changes) {
      const known = new Map(namespaces.get(scopeKey(scope))?.state.memory.factors.map((one) => [one.offset, one]))
      const factors = after.memory.factors.map((one) => ('sums' in one ? one : asStored(known, one)))
      namespaces.set(scopeKey(scope), { scope, state: { ...after, memory: { ...after.memory, factors } } })
    }
    this.#moves += 1
    const next = String(this.#moves)
    const beginning = stored.beginning ?? next
    this.#partitions.set(partition, { beginning, checkpoint: to, revision: next, namespaces, halted: new Map() })
    return { outcome: 'moved', revision: next }
  }

  async halt(partition: number, { scope, keyId }: MissingKey): Promise<void> {
    const stored = this.#partition(partition)
    this.#partitions.set(partition, { ...stored, halted: new Map([[scopeKey(scope), keyId]]) })
  }

  async checkpoint(partition: number): Promise<Checkpoint> {
    return this.#partition(partition).checkpoint
  }

  async namespaces(partition: number): Promise<readonly Scope[]> {
    return [...this.#partition(partition).namespaces.values()].map(({ scope }) => scope)
  }

  async read(scope: Scope): Promise<StoredNamespace> {
    const { beginning, checkpoint, namespaces, halted } = this.#partition(partitionOf(partitionKey(scope)))
    const awaited = halted.get(scopeKey(scope))
    if (awaited !== undefined) return { outcome: 'key-missing', checkpoint, keyId: awaited }
    const held = namespaces.get(scopeKey(scope))
    if (held === undefined) return { outcome: 'absent', checkpoint, beginning }
    const { memory } = held.state
    const lookups = [...memory.items, ...memory.factors].map(({ keyId }) => ({ keyId, ...this.#keys.lookUp(keyId) }))
    const missing = lookups.find(({ found }) => found === 'missing')
    if (missing !== undefined) return { outcome: 'key-missing', checkpoint, keyId: missing.keyId }
    if (lookups.some(({ found }) => found === 'destroyed')) return { outcome: 'key-destroyed', checkpoint }
    return { outcome: 'held', checkpoint, state: held.state }
  }

  #partition(partition: number): Partition {
    const known = this.#partitions.get(partition)
    return (
      known ?? { beginning: null, checkpoint: NOTHING_FOLDED, revision: '', namespaces: new Map(), halted: new Map() }
    )
  }
}

function asStored(known: ReadonlyMap<number, Factor>, { offset }: FactorHead): Factor {
  const stored = known.get(offset)
  if (stored === undefined) throw new TypeError(`The exposure at offset ${offset} came without its sums`)
  return stored
}
