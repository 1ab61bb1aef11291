import type { Checkpoint } from '../../domain/checkpoint.ts'
import { type Scope, scopeKey } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import type { WorkingMemory } from '../../domain/working-memory/working-memory.ts'
import { foldFromSource } from './fold-from-source.ts'
import { type Seeded, seedFromSource } from './seed-from-source.ts'
import type { WorkingMemorySource } from './working-memory-source.ts'

export interface InProcessWorkingMemoryOptions {
  /** Namespaces kept; of more, the least recently used leave and are seeded again when asked for. About 0.2 MB each. */
  readonly maxNamespaces: number
  /** Offsets of the partition that are folded at most; further behind, a seed is cheaper. */
  readonly maxFoldedOffsets: number
}

const DEFAULTS: InProcessWorkingMemoryOptions = { maxNamespaces: 128, maxFoldedOffsets: 5000 }

/** `behind`: long-term memory has not folded the asked offset yet, so nothing can be seeded or folded up to it. */
export type WorkingMemoryAt =
  | { readonly outcome: 'ready'; readonly state: WorkingMemory; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'behind'; readonly checkpoint: Checkpoint }

interface Entry {
  /** The work on this namespace that was asked for last: the next begins after it. */
  work: Promise<unknown>
  seeded: Seeded | null
}

/**
 * Working memory the embedded way: in this process, a cache of what long-term memory, the log and the keys determine. A
 * namespace is seeded at first use and folded forward when it is asked for; one caller at a time works on it.
 */
export class InProcessWorkingMemory {
  readonly #source: WorkingMemorySource
  readonly #options: InProcessWorkingMemoryOptions
  /** In order of use, least recent first. */
  readonly #entries = new Map<string, Entry>()

  constructor(source: WorkingMemorySource, options: Partial<InProcessWorkingMemoryOptions> = {}) {
    this.#source = source
    this.#options = { ...DEFAULTS, ...options }
  }

  /**
   * The state of a namespace at `offset` or later, never older. Throws a `DataKeyMissingError` while a data key is absent
   * without a mark; rejects with the source's error when that does not answer. The state held before stays as it was.
   */
  at(scope: Scope, offset: number): Promise<WorkingMemoryAt> {
    const entry = this.#use(scopeKey(scope))
    const result = entry.work.then(() => this.#advance(scope, entry, offset))
    // The next caller waits for this one's end, however it ended; its error is its own.
    entry.work = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }

  /** The state at long-term memory's present checkpoint. */
  async latest(scope: Scope): Promise<{ readonly state: WorkingMemory; readonly checkpoint: Checkpoint }> {
    const { offset } = await this.#source.checkpoint(partitionOf(partitionKey(scope)))
    const result = await this.at(scope, offset)
    if (result.outcome === 'behind') throw new Error(`Long-term memory went back behind offset ${offset}`)
    return result
  }

  /** Namespaces that are held now. */
  get size(): number {
    return this.#entries.size
  }

  async #advance(scope: Scope, entry: Entry, offset: number): Promise<WorkingMemoryAt> {
    const held = entry.seeded
    if (held !== null && held.state.position >= offset) return { outcome: 'ready', ...held }
    const checkpoint = await this.#source.checkpoint(partitionOf(partitionKey(scope)))
    if (checkpoint.offset < offset) return { outcome: 'behind', checkpoint }
    const folded = held !== null && this.#mayFold(held, checkpoint) ? await this.#fold(scope, held, checkpoint) : null
    const next = folded ?? (await seedFromSource(this.#source, scope))
    entry.seeded = next
    return next.state.position < offset
      ? { outcome: 'behind', checkpoint: next.checkpoint }
      : { outcome: 'ready', ...next }
  }

  /** Another generation or fold version may have decided otherwise about what is held. */
  #mayFold(held: Seeded, to: Checkpoint): boolean {
    const sameHistory = held.checkpoint.generation === to.generation && held.checkpoint.foldVersion === to.foldVersion
    return sameHistory && to.offset - held.state.position <= this.#options.maxFoldedOffsets
  }

  /** `null` when a seed is needed. */
  async #fold(scope: Scope, held: Seeded, checkpoint: Checkpoint): Promise<Seeded | null> {
    const result = await foldFromSource(this.#source, scope, held.state, checkpoint.offset)
    return result.outcome === 'folded' ? { checkpoint, state: result.state } : null
  }

  #use(key: string): Entry {
    const entry = this.#entries.get(key) ?? { work: Promise.resolve(), seeded: null }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.maxNamespaces) break
      this.#entries.delete(oldest)
    }
    return entry
  }
}
