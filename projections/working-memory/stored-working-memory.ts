import type { Checkpoint } from '../../domain/checkpoint.ts'
import { type Scope, scopeKey } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import type { WorkingMemory } from '../../domain/working-memory/working-memory.ts'
import type { StoredNamespace, WorkingMemoryStoreReader } from '../ports/working-memory-store.ts'
import { DataKeyMissingError } from './data-key-missing-error.ts'
import { type Seeded, seedFromSource } from './seed-from-source.ts'
import type { LatestWorkingMemory } from './working-memory-reads.ts'
import type { WorkingMemoryFeed } from './working-memory-source.ts'

export interface StoredWorkingMemoryOptions {
  readonly pause: (ms: number) => Promise<void>
  readonly pollMs?: number
  /** Looks at the store's checkpoint before an answer is given though it is behind long-term memory. */
  readonly polls?: number
  /** Seeded namespaces that are kept; of more, the least recently seeded leave. About 0.2 MB each. */
  readonly maxSeeded?: number
}

const DEFAULTS = { pollMs: 10, polls: 50, maxSeeded: 64 }

interface SeededHere {
  readonly beginning: string | null
  readonly seeded: Promise<Seeded>
}

type Latest = { readonly state: WorkingMemory; readonly checkpoint: Pick<Checkpoint, 'generation'> }

/**
 * Working memory as a store keeps it. What is not there (nothing touched the namespace since the store was filled, or a
 * key of it was destroyed and the `Erase` is under way) is seeded here, which is the same by definition, and not written:
 * only the fold writes.
 */
export class StoredWorkingMemory implements LatestWorkingMemory {
  readonly #reader: WorkingMemoryStoreReader
  readonly #source: Omit<WorkingMemoryFeed, 'outcomes'>
  readonly #options: Required<StoredWorkingMemoryOptions>
  readonly #seeded = new Map<string, SeededHere>()

  constructor(
    reader: WorkingMemoryStoreReader,
    source: Omit<WorkingMemoryFeed, 'outcomes'>,
    options: StoredWorkingMemoryOptions,
  ) {
    this.#reader = reader
    this.#source = source
    this.#options = { ...DEFAULTS, ...options }
  }

  /**
   * The state of a namespace at its own position: the last record that store or seed has passed. Throws a
   * `DataKeyMissingError`; rejects when the store, or for a seed long-term memory, does not answer.
   */
  async latest(scope: Scope): Promise<Latest> {
    const read = await this.#reader.read(scope)
    switch (read.outcome) {
      case 'held': {
        const { memory, generation } = read.state
        return latestOf(memory, generation, read.checkpoint)
      }
      case 'key-missing':
        throw new DataKeyMissingError(scope, read.keyId)
      case 'absent':
      case 'key-destroyed': {
        const { state, checkpoint } = await this.#seed(scope, read)
        // Of a store that began later than the seed's position nothing is known in between.
        const untouched = read.outcome === 'absent' && read.beginning !== null
        return latestOf(state, checkpoint.generation, untouched ? read.checkpoint : checkpoint)
      }
    }
  }

  /** Resolves as soon as the store has passed what long-term memory holds now, and in any case after a while. */
  async caughtUp(scope: Scope): Promise<boolean> {
    const partition = partitionOf(partitionKey(scope))
    const { offset } = await this.#source.checkpoint(partition)
    const { polls, pollMs, pause } = this.#options
    for (let poll = 1; ; poll++) {
      if ((await this.#reader.checkpoint(partition)).offset >= offset) return true
      if (poll >= polls) return false
      await pause(pollMs)
    }
  }

  async #seed(scope: Scope, read: StoredNamespace): Promise<Seeded> {
    const key = scopeKey(scope)
    const beginning = read.outcome === 'absent' ? read.beginning : null
    const known = this.#seeded.get(key)
    if (beginning !== null && known?.beginning === beginning) return known.seeded
    const seeded = seedFromSource(this.#source, scope)
    this.#seeded.delete(key)
    this.#seeded.set(key, { beginning, seeded })
    for (const oldest of this.#seeded.keys()) {
      if (this.#seeded.size <= this.#options.maxSeeded) break
      this.#seeded.delete(oldest)
    }
    try {
      const result = await seeded
      // A reader of long-term memory that is behind the store has not seen what the store has passed.
      if (result.state.position < read.checkpoint.offset) this.#forget(key, seeded)
      return result
    } catch (error) {
      this.#forget(key, seeded)
      throw error
    }
  }

  #forget(key: string, seeded: Promise<Seeded>): void {
    if (this.#seeded.get(key)?.seeded === seeded) this.#seeded.delete(key)
  }
}

/** The state at its own position or, where nothing touched it up to there, at the store's checkpoint. */
const latestOf = (memory: WorkingMemory, generation: string, checkpoint: Checkpoint): Latest =>
  checkpoint.offset > memory.position
    ? { state: { ...memory, position: checkpoint.offset }, checkpoint }
    : { state: memory, checkpoint: { generation } }
