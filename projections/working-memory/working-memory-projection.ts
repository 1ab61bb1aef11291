import type { Checkpoint } from '../../domain/checkpoint.ts'
import { WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import { isBug } from '../is-bug.ts'
import type { NamespaceChange, WorkingMemoryStore } from '../ports/working-memory-store.ts'
import type { FoldResult, Projection } from '../projection.ts'
import { DataKeyMissingError } from './data-key-missing-error.ts'
import { foldNamespace, stemsFrom } from './fold-namespace.ts'
import { HeldNamespaces } from './held-namespaces.ts'
import { type BatchEntry, checkpointBehind, readBatch } from './read-batch.ts'
import { cutTouched, type TouchedNamespace, touchedNamespaces } from './touched-namespaces.ts'
import type { WorkingMemoryFeed } from './working-memory-source.ts'

export interface WorkingMemoryProjectionOptions {
  readonly pause: (ms: number) => Promise<void>
  /** Pause between two looks at long-term memory's checkpoint. */
  readonly pollMs?: number
  /** Looks before the projector is told that long-term memory is behind; with `pollMs`, shorter than a heartbeat allows. */
  readonly polls?: number
  /** Records taken by one move at most: it holds up whoever else uses the store, for about a millisecond. */
  readonly maxRecords?: number
  /** Namespaces changed by one move at most, and of them new ones, which are written whole (150 kB each). */
  readonly maxChanged?: number
  readonly maxNew?: number
  /** Namespaces of a partition whose states are remembered between batches. */
  readonly maxHeld?: number
}

const DEFAULTS = { pollMs: 10, polls: 100, maxRecords: 250, maxChanged: 128, maxNew: 8, maxHeld: 64 }

/** Working memory in a store of its own, a fold of the log behind long-term memory, whose word on each record it takes. */
export const createWorkingMemoryProjection = (
  store: WorkingMemoryStore,
  feed: WorkingMemoryFeed,
  codec: CommandCodec,
  options: WorkingMemoryProjectionOptions,
): Projection => new WorkingMemoryProjection(store, feed, codec, { ...DEFAULTS, ...options })

class WorkingMemoryProjection implements Projection {
  readonly name = 'working-memory'
  readonly #store: WorkingMemoryStore
  readonly #feed: WorkingMemoryFeed
  readonly #codec: CommandCodec
  readonly #options: Required<WorkingMemoryProjectionOptions>
  readonly #held: HeldNamespaces

  constructor(
    store: WorkingMemoryStore,
    feed: WorkingMemoryFeed,
    codec: CommandCodec,
    options: Required<WorkingMemoryProjectionOptions>,
  ) {
    this.#store = store
    this.#feed = feed
    this.#codec = codec
    this.#options = options
    this.#held = new HeldNamespaces(store, options.maxHeld)
  }

  commandIdOf(record: Parameters<Projection['commandIdOf']>[0]): string | null {
    const decoded = this.#codec.decode(record.value)
    return decoded.ok ? decoded.value.commandId : null
  }

  /**
   * The stored checkpoint. A partition of which the store knows nothing begins at long-term memory's checkpoint, without
   * namespaces: by definition a seed makes of each what folding all of the log would.
   */
  async checkpoint(partition: number): Promise<Checkpoint> {
    this.#held.forget(partition)
    const { checkpoint: from, revision } = await this.#store.load(partition, [])
    if (from.offset >= 0) return from
    const longTerm = await this.#feed.checkpoint(partition)
    if (longTerm.offset < 0) return from
    const to = { ...longTerm, foldVersion: from.foldVersion }
    const move = await this.#store.move(partition, { revision, from, to, changes: [] })
    return move.outcome === 'moved' ? to : move.checkpoint
  }

  async fold(partition: number, from: Checkpoint, records: Parameters<Projection['fold']>[2]): Promise<FoldResult> {
    if (from.foldVersion !== WORKING_MEMORY_VERSION) return { outcome: 'other-version', checkpoint: from }
    const { entries, cut } = readBatch(this.#codec, records.slice(0, this.#options.maxRecords))
    if (entries.length === 0 && cut !== null) return cut
    try {
      return await this.#foldEntries(partition, from, entries)
    } catch (error) {
      this.#held.forget(partition)
      if (error instanceof DataKeyMissingError) return this.#halt(partition, error)
      if (isBug(error)) throw error
      return { outcome: 'store-down', cause: error as Error }
    }
  }

  async #foldEntries(partition: number, from: Checkpoint, entries: readonly BatchEntry[]): Promise<FoldResult> {
    const longTerm = await this.#longTermAt(partition, entries[0]!.offset)
    const passed = entries.filter(({ offset }) => offset <= longTerm.offset)
    if (passed.length === 0) return { outcome: 'source-behind', checkpoint: longTerm }
    const outcomes = await this.#feed.outcomes(partition, from.offset, passed.at(-1)!.offset)
    const all = touchedNamespaces(passed, outcomes)
    const first = cutTouched(all, this.#options.maxChanged, () => true)
    const scopes = first.touched.map(({ scope }) => scope)
    const { checkpoint, revision, namespaces } = await this.#held.load(partition, scopes)
    const isNew = (_: TouchedNamespace, i: number): boolean =>
      namespaces[i] === null || !stemsFrom(namespaces[i]!, longTerm)
    const { touched, end } = cutTouched(first.touched, this.#options.maxNew, isNew)
    const limit = Math.min(first.end, end)
    const to = checkpointBehind(
      from,
      passed.filter(({ offset }) => offset < limit),
    )

    const changes: NamespaceChange[] = []
    // A store that stands elsewhere than `from` says so when it is asked to move: no need to fold for that.
    for (const [i, one] of checkpoint.offset === from.offset ? touched.entries() : []) {
      const before = isNew(one, i) ? null : namespaces[i]!
      const after = await foldNamespace(this.#feed, one, before, longTerm, to.offset)
      if (after.memory.position < to.offset) return { outcome: 'source-behind', checkpoint: longTerm }
      changes.push({ scope: one.scope, before, after })
    }
    return this.#move(partition, { revision, from, to, changes })
  }

  async #move(partition: number, request: Parameters<WorkingMemoryStore['move']>[1]): Promise<FoldResult> {
    const move = await this.#store.move(partition, request)
    if (move.outcome === 'moved') {
      this.#held.moved(partition, request.to, move.revision, request.changes)
      return { outcome: 'moved', checkpoint: request.to, deadLetters: 0 }
    }
    this.#held.forget(partition)
    // The store was emptied under way.
    if (move.outcome === 'behind' && move.checkpoint.offset < 0) {
      return { outcome: 'behind', checkpoint: await this.checkpoint(partition) }
    }
    return move
  }

  /** Long-term memory's checkpoint, as soon as it has passed `offset`, and in any case after a while. */
  async #longTermAt(partition: number, offset: number): Promise<Checkpoint> {
    const { polls, pollMs, pause } = this.#options
    for (let poll = 1; ; poll++) {
      const checkpoint = await this.#feed.checkpoint(partition)
      if (checkpoint.offset >= offset || poll >= polls) return checkpoint
      await pause(pollMs)
    }
  }

  async #halt(partition: number, missing: DataKeyMissingError): Promise<FoldResult> {
    try {
      await this.#store.halt(partition, { scope: missing.scope, keyId: missing.keyId })
    } catch (cause) {
      if (isBug(cause)) throw cause
      return { outcome: 'store-down', cause: cause as Error }
    }
    return { outcome: 'key-missing', cause: missing }
  }
}
